import { playScenarios, SHOWN } from '../demo/support/scenarios.ts';

playScenarios(Object.keys(SHOWN));
