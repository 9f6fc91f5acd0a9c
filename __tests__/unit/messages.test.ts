import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { progressOf } from '../../src/lib/progress.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FakeWorkflow } from './support/fakes.ts';
import { accidents } from './support/messages/accidents.ts';
import { answers } from './support/messages/answers.ts';
import { asking } from './support/messages/asking.ts';
import { currentToken } from './support/messages/current-token.ts';
import { gitHubAnswers, gitHubCredential, gitHubNotFound } from './support/messages/github.ts';
import { guard, inputs, targetLines } from './support/messages/inputs.ts';
import { type Chapter, type Message, manuscriptOf } from './support/messages/manuscript.ts';
import { storing, verifying } from './support/messages/new-token.ts';
import { checking, finds, syncing, withoutRotation } from './support/messages/no-rotation.ts';
import { logLines } from './support/messages/playing.ts';
import { postStepChapter } from './support/messages/post.ts';
import { summaries } from './support/messages/summaries.ts';
import { record, table } from './support/messages/table.ts';
import { budget, patterns, preflight, proofs } from './support/messages/targets.ts';
import { minute, now } from './support/time.ts';

const file = fileURLToPath(new URL('./messages.md', import.meta.url));

const intro = `# What the action says

Every problem, warning and notice, by situation: what happened, what to do, step by step, who has obeyed that in \`__tests__/advice\`, and why. Each sentence has a line of its own. A test holds this page to the sources;
\`UPDATE_MESSAGES=1 npm run unit -- __tests__/unit/messages.test.ts\` writes it anew, and the difference is what a review reads.`;

function progress(): readonly Message[] {
  const clock = new FakeClock({ now });
  const workflow = new FakeWorkflow();
  const step = progressOf('Stored', 200, 2 * minute, { clock, log: workflow });
  clock.advance(minute);
  step();
  return workflow.lines.map((text) => ({ kind: 'log', text }));
}

/** One of the lines that differ by numbers only. */
function distinctLines(): readonly Message[] {
  const shapes = new Map<string, string>();
  for (const line of logLines) {
    const shape = line.replace(/\d+|targets?|repositor(?:y|ies)/g, '#');
    if (!shapes.has(shape)) shapes.set(shape, line);
  }
  return [...shapes.values()].map((text) => ({ kind: 'log', text }));
}

const log: Chapter = {
  title: 'Lines of the log',
  situations: [
    { title: 'What takes long', say: progress },
    { title: 'While the situations above were played', say: distinctLines },
  ],
};

const chapters: readonly Chapter[] = [
  inputs,
  targetLines,
  patterns,
  currentToken,
  answers,
  gitHubAnswers,
  gitHubCredential,
  gitHubNotFound,
  preflight,
  record,
  table,
  budget,
  proofs,
  asking,
  verifying,
  storing,
  withoutRotation,
  finds,
  checking,
  syncing,
  postStepChapter,
  summaries,
  guard,
  accidents,
  log,
];

/** Words before the fold. */
const mostWords = 60;

test('every message is the one that was reviewed in messages.md (UPDATE_MESSAGES=1 writes it anew)', async () => {
  const { text, lengths } = await manuscriptOf(intro, chapters);
  if (process.env.UPDATE_MESSAGES) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
  const long = lengths.filter(({ words }) => words > mostWords);
  expect(long.map(({ title, words }) => `${words} words: ${title}`)).toEqual([]);
});

test('whoever is to start a fresh run first revokes only where that fails', async () => {
  const { lengths } = await manuscriptOf(intro, chapters);
  const found = lengths.filter(({ steps }) => steps[0]?.includes('fresh run'));
  const revoking = found.flatMap(({ steps }) => steps.filter((step) => /revoke/.test(step)));
  expect(revoking.length).toBeGreaterThan(5);
  expect(revoking.filter((step) => !/^(?:If (?:it fails again|so)|Only then): /.test(step))).toEqual([]);
});

/** Words that people who read English as a second language stumble over, or that can be read in two ways. */
const unwanted =
  /\bmay (?:read|write|see|use|do)\b|\blest\b|beside a second,|\bof no use\b|nobody knows|\bShadows\b|wrong moment|known holes/;

test('no message has a word that can be read in two ways', () => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const said = lines.filter((line) => !line.startsWith('  - Actor: '));
  expect(said.filter((line) => unwanted.test(line))).toEqual([]);
});
