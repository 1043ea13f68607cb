import { ARRIVAL, ARRIVALS, PLAN } from './plans';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { GpuPlanResult, GpuPlanStatus, planFleet } from '../../src/planning';
import { Difference, differencesOf, planMarkdown, planPage, planSvg } from '../../src/report';
import { arrivalsWords } from '../../src/report/plan/arrivals-picture';
import { percent } from '../../src/report/plan/plan-report';

const gpu = Gpu.A100_SXM4_80GB;
const tagsOf = (html: string) => [...html.replace(/<style>[^]*?<\/style>/g, '').matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, '=""'));

describe('the page of a plan', () => {
  const html = planPage(PLAN, { arrivals: ARRIVALS });

  test('says first how many boards, and that it is proved', () => {
    expect(html).toContain('<p>2 boards, proved: no plan is cheaper.</p>');
  });

  test('puts the plan beside its three baselines, and the bound across them', () => {
    for (const text of ['This plan', 'First-fit decreasing', 'One profile a board', 'A whole GPU each', 'bound 2', '3, 1 more (50 %)']) { expect(html).toContain(text); }
  });

  test('draws the boards with who stands on them, and says what is stranded', () => {
    for (const text of ['needs 15.0 of 39.3 GiB', '24.3 GiB free', 'Stranded: 1 compute slice of 7.']) { expect(html).toContain(text); }
  });

  test('tells which node changes, and what the order of arrivals costs', () => {
    expect(html).toContain('replicas without a slice meanwhile');
    expect(html).toContain('1 lost to the order');
  });
});

test('a plan that is not proved never reads as one that is: bound and gap stand beside the cost', () => {
  const bounded: GpuPlanResult = { ...PLAN, status: GpuPlanStatus.BOUNDED, optimal: false, lowerBound: 1.9995, gap: 0.00025 };
  for (const report of [planPage(bounded), planMarkdown(bounded)]) {
    expect(report).toContain('No plan costs less than 2; between them nothing is proved (gap under 0.1 %).');
    expect(report).not.toContain('proved: no plan is cheaper');
    expect(report).not.toContain('proved optimal');
  }
  expect([percent(0), percent(0.0004), percent(0.051)]).toEqual(['0 %', 'under 0.1 %', '5.1 %']);
});

test('where there is no plan, the reasons stand in its place', () => {
  const none: GpuPlanResult = {
    ...PLAN, status: GpuPlanStatus.INFEASIBLE, optimal: false, gpus: 0, cost: 0, lowerBound: 0, layouts: [], boards: [], assignments: [], nodes: [], drains: [], reasons: ['llm needs 90 GiB, the largest slice has 80'],
  };
  expect(planPage(none)).toContain('There is no plan. llm needs 90 GiB');
  expect(planMarkdown(none)).toContain('- llm needs 90 GiB');
  expect(planSvg(none)).toContain('<svg');
  expect(planPage(none)).not.toContain('This plan');
});

test('what the planner finds can be drawn: slices at their places, replicas as many as were asked for', () => {
  const plan = planFleet({
    gpus: [{ gpu }],
    workloads: [{ name: 'small', replicas: 7, memoryMib: 4096 }, { name: 'large', replicas: 2, memoryMib: 36000 }],
  });
  const html = planPage(plan);
  expect(html).not.toMatch(/NaN|undefined/);
  const table = /<caption>Every slice[^]*?<\/table>/.exec(html)![0];
  const boards = (name: string) => [...table.matchAll(new RegExp(`<tr>(?:(?!</tr>)[^])*? × (?:(?!</tr>)[^])*?[A-Z] ${name}<`, 'g'))].length;
  expect(boards('small')).toBeGreaterThan(0);
  expect(boards('large')).toBeGreaterThan(0);
});

/** The plan with another name for one workload. */
const withName = (name: string): GpuPlanResult => ({
  ...PLAN,
  assignments: PLAN.assignments.map(each => (each.workload === 'asr' ? { ...each, workload: name } : each)),
  boards: PLAN.boards.map(board => ({ ...board, slices: board.slices.map(slice => (slice.workload === 'asr' ? { ...slice, workload: name } : slice)) })),
});
/** Markdown without what it shows letter by letter. */
const outsideCode = (text: string) => text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '').replace(/(`+)(?!`)(?:(?!\1).|`(?!\1))*?\1(?!`)/g, '');

test.each(['<script>alert(1)</script>', '"><svg onload=alert(1)>', 'x | @octocat #1', '`x` @octocat'])('a workload may be called %j', name => {
  expect(tagsOf(planPage(withName(name)))).toEqual(tagsOf(planPage(withName('plain'))));
  const rest = outsideCode(planMarkdown(withName(name), { before: PLAN, title: name }).replace(/^## .*$/m, ''));
  expect(rest).not.toMatch(/octocat|alert|<svg/);
});

describe('the difference of two plans', () => {
  const more: GpuPlanResult = {
    ...PLAN,
    gpus: 3,
    cost: 3,
    lowerBound: 3,
    layouts: [PLAN.layouts[0], { ...PLAN.layouts[1], count: 2 }],
    assignments: [...PLAN.assignments.slice(0, 2), { workload: 'llm', gpu, kind: GpuSliceKind.WHOLE, profile: 'whole', replicas: 2 }],
  };

  test('of a plan and itself is none, in whatever order it says the same', () => {
    const reversed = { ...PLAN, layouts: [...PLAN.layouts].reverse(), assignments: [...PLAN.assignments].reverse() };
    expect(differencesOf(PLAN, reversed)).toEqual({ figures: [], layouts: [], workloads: [] });
    expect(planMarkdown(PLAN, { before: PLAN })).toContain('None: the plan is the same.');
  });

  test('names what it costs, which boards change and which workloads move', () => {
    expect(differencesOf(PLAN, more)).toEqual({
      figures: [{ what: 'boards', before: '2', after: '3' }, { what: 'cost', before: '2', after: '3' }, { what: 'lower bound', before: '2', after: '3' }],
      layouts: [{ what: 'NVIDIA-A100-SXM4-80GB whole', before: '1', after: '2' }],
      workloads: [{ what: 'llm', before: '1 × whole on NVIDIA-A100-SXM4-80GB', after: '2 × whole on NVIDIA-A100-SXM4-80GB' }],
    });
  });

  test('backwards says the same the other way round', () => {
    const swap = (all: readonly Difference[]) => all.map(({ what, before, after }) => ({ what, before: after, after: before }));
    const [there, back] = [differencesOf(PLAN, more), differencesOf(more, PLAN)];
    expect(back).toEqual({ figures: swap(there.figures), layouts: swap(there.layouts), workloads: swap(there.workloads) });
  });

  test('shows a workload that is new and one that is gone', () => {
    const [asr, ...others] = PLAN.assignments;
    expect(differencesOf(PLAN, { ...PLAN, assignments: [...others, { ...asr, workload: 'ocr' }] }).workloads).toEqual([
      { what: 'asr', before: '1 × 3g.40gb on NVIDIA-A100-SXM4-80GB', after: 'not placed' },
      { what: 'ocr', before: 'not placed', after: '1 × 3g.40gb on NVIDIA-A100-SXM4-80GB' },
    ]);
  });
});

test('arrivals say what is promised, what is reached, and the two ways out', () => {
  expect(arrivalsWords(ARRIVAL)).toBe('Of 3 arrivals 1 had to wait. The boards could hold 3 slices and hold 2: 1 lost to the order. '
    + 'Number 1 waited although the boards had as much free in all. In the order 1, 2, 0 first fit loses nothing. '
    + 'Cut from the start as 3g.40gb=1,4g.40gb=1 (1), nothing is lost either.');
});

test('a plan of 2,377 boards in a few layouts is a small page', () => {
  const boards = Array.from({ length: 6 }, (_, index) => (
    { ...PLAN.boards[0], count: 396, slices: PLAN.boards[0].slices.map(slice => ({ ...slice, workload: `w${index}` })) }));
  expect(planPage({ ...PLAN, boards, gpus: 2376, cost: 2376 }).length).toBeLessThan(60_000);
});
