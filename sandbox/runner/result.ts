import type { CommandFiles, LeftFile } from './files.ts';
import { parseCommandFile } from './files.ts';
import type { Annotation, Masker, StepLog } from './log.ts';
import type { Chunk, Ended } from './process.ts';

export type StageResult = Ended & {
  stdout: string;
  stderr: string;
  /** What a person sees: commands rendered, masks applied. */
  log: string;
  annotations: Annotation[];
  /** Every mask known by the end of the stage. */
  masks: string[];
  outputs: Record<string, string>;
  state: Record<string, string>;
  /** The job summary as shown; empty if it was too large. */
  summary: string;
  /** The command files as written. */
  commandFiles: CommandFiles;
  /** What is left under RUNNER_TEMP. */
  files: LeftFile[];
  /** What is left in the home, the workspace and the system's temporary folder. */
  strays: LeftFile[];
};

export type RunResult = StageResult & { post?: StageResult };

const SUMMARY_LIMIT = 1024 * 1024;

/** What a stage left, as the runner takes it: `commandFiles` are their contents. */
export function stageResult(
  ended: Ended,
  log: StepLog,
  masker: Masker,
  left: Pick<StageResult, 'commandFiles' | 'files' | 'strays'>,
): StageResult {
  const { commandFiles } = left;
  const outputs = parsed(commandFiles.output);
  const state = parsed(commandFiles.state);
  for (const { error } of [outputs, state])
    if (error) log.annotate('error', `Unable to process file command: ${error}`);
  const tooLarge = Buffer.byteLength(commandFiles.summary) > SUMMARY_LIMIT;
  if (tooLarge) log.annotate('error', '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k');
  const masked = commandFiles.summary.split('\n').map((line) => masker.mask(line));
  return {
    ...ended,
    stdout: textOf(ended.chunks, 'stdout'),
    stderr: textOf(ended.chunks, 'stderr'),
    log: log.text,
    annotations: log.annotations,
    masks: [...masker.values],
    outputs: outputs.entries,
    state: state.entries,
    summary: tooLarge ? '' : masked.join('\n'),
    ...left,
  };
}

/** What a command file says, as far as it is well formed. */
export function parsed(text: string): { entries: Record<string, string>; error?: string } {
  try {
    return { entries: parseCommandFile(text) };
  } catch (error) {
    return { entries: {}, error: String(error) };
  }
}

/** Everything a run wrote, as one text to search; only the commands that announce a mask are left out. */
export function allOutput(result: RunResult): string {
  const stages = result.post ? [result, result.post] : [result];
  return stages.flatMap(stageOutput).join('\n');
}

function stageOutput(stage: StageResult): string[] {
  const spoken = stage.stdout.replace(/^::add-mask::.*$/gm, '');
  const left = [...stage.files, ...stage.strays].flatMap((file) => [file.path, file.content]);
  return [spoken, stage.stderr, stage.log, ...Object.values(stage.commandFiles), ...left];
}

function textOf(chunks: Chunk[], stream: Chunk['stream']): string {
  return chunks
    .filter((chunk) => chunk.stream === stream)
    .map((chunk) => chunk.text)
    .join('');
}
