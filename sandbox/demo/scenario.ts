import type { World } from '../world.ts';
import type { Stage } from './stage.ts';

/** Something that can happen to a rotation, played and explained. */
export type Scenario = {
  name: string;
  /** One line for the list. */
  title: string;
  /** What happens, in a few sentences. */
  story: string;
  /** The world before it happens. */
  scene(): Promise<World>;
  play(stage: Stage): Promise<void>;
};
