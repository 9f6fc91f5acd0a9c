import { type Environment, environmentFrom } from '../../../src/action/environment.ts';
import { type MainDependencies, mainStep } from '../../../src/action/main-step.ts';
import { logLines, report } from '../../../src/action/report.ts';
import { recoverySection } from '../../../src/action/summary.ts';
import type { FakeWorkflow } from './fakes.ts';
import { currentToken, type SceneOptions, sceneOf } from './scene.ts';

export const tokens = {
  'thousandeyes-token': currentToken.reveal(),
  'thousandeyes-token-next': '',
  'github-token': 'ghp_of-the-main-step',
};

/** What the runner would say to a step with these inputs. */
export function environmentWith(inputs: Record<string, string>, more: Record<string, string> = {}): Environment {
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return environmentFrom({
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '4711',
    ...Object.fromEntries(variables),
    ...more,
  });
}

type Scene = ReturnType<typeof sceneOf>;

export interface StepOptions {
  readonly scene?: SceneOptions;
  readonly inputs?: Record<string, string>;
  readonly change?: (scene: Scene) => Partial<MainDependencies>;
  /** In place of the scene's own. */
  readonly workflow?: FakeWorkflow;
}

/** The main step in a scene, with the real report. */
export async function mainStepIn({ scene: options, inputs = {}, change, workflow }: StepOptions = {}) {
  const scene = sceneOf(options);
  const log = workflow ?? scene.log;
  let closed = 0;
  await mainStep(environmentWith({ ...tokens, ...inputs }), log, ({ githubUrl }) => ({
    ...scene.dependencies,
    log,
    workflow: log,
    report: (outcome) => {
      scene.dependencies.report(outcome);
      return report(outcome, log, { githubUrl, now: scene.clock.now(), isPost: false });
    },
    announce: (recovery) => {
      const section = recoverySection(recovery, githubUrl, scene.clock.now());
      if (!log.summary(section)) logLines(section, log);
    },
    close: () => {
      closed++;
    },
    ...change?.(scene),
  }));
  return { scene, log, closed, outcomes: scene.outcomes, steps: scene.steps };
}
