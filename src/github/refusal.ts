/** A 403 that is no rate limit, by what GitHub says. */
export type Refusal =
  | 'permission'
  | 'role'
  | 'sign-on'
  | 'address'
  | 'lifetime'
  | 'no classic tokens'
  | 'no fine-grained tokens'
  | 'suspended'
  | 'other';

const owner = "(?:The '.{1,100}' (?:organization|enterprise)|`?[\\w-]{1,100}`?) forbids access via an? ";

/**
 * Messages by their documented beginning, because owners' names stand further behind. Sources: NixOS/org #247,
 * flcdrg/au-packages #197, refined-github #6951, SalesforceFoundation/NPSP #7247, gemini-cli #12033, github/docs #29818.
 */
const beginnings: readonly (readonly [RegExp, Refusal])[] = [
  [/^Resource not accessible by /i, 'permission'],
  [/^Must have admin rights/i, 'role'],
  [/^Resource protected by organization SAML/i, 'sign-on'],
  [/^Although you appear .{1,60}, the `.{1,100}` (?:organization|enterprise) has an IP allow list/i, 'address'],
  [
    new RegExp(`^${owner}(?:fine-grained )?personal access tokens?(?: \\(classic\\))? if .{0,10}token's lifetime`),
    'lifetime',
  ],
  [new RegExp(`^${owner}personal access tokens? \\(classic\\)`), 'no classic tokens'],
  [new RegExp(`^${owner}fine-grained personal access token`), 'no fine-grained tokens'],
  [/^(?:This installation has been suspended|Sorry\. Your account was suspended)/i, 'suspended'],
  [/^(?:Although you appear|Must have|You must)/i, 'other'],
];

/** What GitHub refuses by its message; undefined where the message is none that it is known to send. */
export function refusalOf(message: string): Refusal | undefined {
  return beginnings.find(([beginning]) => beginning.test(message))?.[1];
}
