/**
 * Where a line of advice comes from: a name to cite, and what was seen. No figure of one article becomes a prediction.
 */
export const EVIDENCE = {
  devicePlugin: 'k8s-device-plugin v0.20.0 README: sharing is set for a whole node; time-slicing isolates neither '
    + 'memory nor faults; MPS is refused on MIG devices',
  mpsClients: 'k8s-device-plugin v0.20.0 cmd/mps-control-daemon/mps/device.go: 48 clients from compute '
    + 'capability 7.5, 16 below',
  mpsFaults: 'NVIDIA forum 238139: after a fatal fault of one MPS client the server refuses new '
    + 'ones until the others exit',
  migGuide: 'NVIDIA MIG User Guide, driver R580: at most seven GPU instances, each with memory, '
    + 'compute and faults of its own',
  catalogue: 'catalogue of boards: memory of slices as drivers report it, the lowest figure seen',
  dra: 'dra-driver-nvidia-gpu: claims are per device; MPS (MPSSupport), time-slice intervals (TimeSlicingSettings) '
    + 'and MIG on demand (DynamicMIG) are alpha gates',
  article: 'NVIDIA, Maximize AI Infrastructure Throughput (2026-03-25): MIG for production, time-slicing for '
    + 'development and low concurrency',
  nos: 'nebuly-ai/nos demo, A100, seven 1g slices: MIG overtakes time-slicing where about four of seven slices are '
    + 'busy; MPS did at least as much at every point',
  quigley: 'R. Quigley 2024-07, A100, seven pods: MPS had the most throughput, the driver\'s time-slicing the '
    + 'lowest latency of one request',
  contention: 'Villarrubia et al., arXiv 2604.22430: MPS loses under contention for memory bandwidth, MIG stays steady',
  convo: 'convo_ai_benchmarks 2026-02, H100: two 3g.40gb side by side did not slow each other',
  measured: 'measured on one H100 (docs/facts/measured.md, "Two loads on one H100"): an even MPS split protected a '
    + 'small steady load best and cost the heavy one most; MPS without limits starved the small one',
  predictable: 'arXiv 2508.20274: MIG alone does not remove interference over PCIe',
  bursts: 'inferred from how shares borrow: loads that peak at different times use what the others leave; a '
    + 'MIG device cannot borrow',
  reconfigure: 'gpu-operator and mig-parted: a MIG layout changes only with no workload on the GPU; time-slicing and '
    + 'MPS restart the plugin and running pods go on',
} as const;
