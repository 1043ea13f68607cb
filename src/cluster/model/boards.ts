import { ClusterModel, LabelValue } from './cluster-model';
import { Gpu } from '../../hardware';
import { at, fieldsOf, listOf, plainText } from '../../kubernetes';

const PRODUCT = 'nvidia.com/gpu.product';

/**
 * The boards of the nodes that carry a label: by the product label beside it, by the PCI devices that its
 * NodeFeatureRule matches, or by the product labels of the nodes which that rule names. Empty when nothing says it.
 */
export function boardsOfNodes(model: ClusterModel, label: LabelValue): Gpu[] {
  const known = found.get(label) ?? findBoards(model, label);
  found.set(label, known);
  return known;
}

const found = new WeakMap<LabelValue, Gpu[]>();

function findBoards(model: ClusterModel, { document, path, together }: LabelValue): Gpu[] {
  const named = together[PRODUCT];
  if (named !== undefined) { return boardsOf([named]); }
  if (document.kind !== 'NodeFeatureRule') { return []; }
  const rule = at(document.value, ...path.slice(0, 3));
  const always = listOf(at(rule, 'matchFeatures'));
  const alternatives = listOf(at(rule, 'matchAny'));
  const ways = (alternatives.length === 0 ? [undefined] : alternatives).map(each =>
    [...always, ...listOf(at(each, 'matchFeatures'))]);
  const boards = ways.map(matchers => boardsMatching(model, matchers));
  return boards.some(each => each === undefined) ? [] : [...new Set(boards.flatMap(each => each ?? []))];
}

/** The names of the nodes that a NodeFeatureRule's label is for; undefined when it does not name them. */
export function nodeNamesOf({ document, path }: LabelValue): string[] | undefined {
  if (document.kind === 'Node') { return [document.name]; }
  const rule = at(document.value, ...path.slice(0, 3));
  if (listOf(at(rule, 'matchAny')).length > 0) { return undefined; }
  return namesIn(listOf(at(rule, 'matchFeatures')));
}

function namesIn(matchers: readonly unknown[]): string[] | undefined {
  const expression = at(matchers.find(each => at(each, 'feature') === 'system.name'), 'matchExpressions', 'nodename');
  return at(expression, 'op') === 'In' ? listOf(at(expression, 'value')).map(plainText) : undefined;
}

/** Boards that all matchers let through; undefined when none of them is about the board. */
function boardsMatching(model: ClusterModel, matchers: readonly unknown[]): Gpu[] | undefined {
  const ofDevices = matchers.map(devicesIn).find(each => each !== undefined);
  if (ofDevices !== undefined) { return ofDevices; }
  const names = namesIn(matchers);
  const products = names?.map(name => model.labelsOfNode(name)[PRODUCT])
    .filter((each): each is string => each !== undefined)
    ?? [];
  return products.length === 0 ? undefined : boardsOf(products);
}

/** Boards of a matcher of pci.device that lists device ids (node-feature-discovery source/pci). */
function devicesIn(matcher: unknown): Gpu[] | undefined {
  if (at(matcher, 'feature') !== 'pci.device') { return undefined; }
  const expressions = fieldsOf(at(matcher, 'matchExpressions'));
  const ids = (key: string) => (at(expressions[key], 'op') === 'In'
    ? listOf(at(expressions[key], 'value')).map(each => plainText(each).toLowerCase())
    : undefined);
  const [devices, subsystems] = [ids('device'), ids('subsystem_device')];
  if (devices === undefined) { return undefined; }
  const digits = (id: string) => id.replace(/^0x/i, '').slice(0, 4).toLowerCase();
  return Gpu.all().filter(gpu => gpu.pciDeviceIds.some(id => devices.includes(digits(id)))
    && (subsystems === undefined
      || gpu.pciSubsystemIds.length === 0
      || gpu.pciSubsystemIds.some(id => subsystems.includes(digits(id)))));
}

function boardsOf(products: string[]): Gpu[] {
  return products.map(product => Gpu.findByProductLabel(product)).filter((gpu): gpu is Gpu => gpu !== undefined);
}
