import { validate } from '@actions/languageservice';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { withoutBackground } from './workflows.ts';

let documents = 0;

/** What the language service finds in the file that describes an action. */
export async function findingsInAction(text: string): Promise<string[]> {
  return served(`file:///${++documents}/action.yml`, text);
}

/** What GitHub's own parser of workflows, and the language service that its editors use, find in a workflow. */
export async function findingsIn(workflow: string): Promise<string[]> {
  const text = withoutBackground(workflow);
  const name = `it-${++documents}.yml`;
  const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  const errors = context.errors.getErrors().map(({ message }) => message);
  return [...errors, ...(await served(`file:///.github/workflows/${name}`, text))];
}

/** The service keeps what it has parsed by its address, so each document needs one of its own. */
async function served(address: string, text: string): Promise<string[]> {
  const findings = await validate(TextDocument.create(address, 'yaml', 1, text));
  return findings.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}
