/** Where lines for a person go. What is given to it holds no token and no line break. */
export interface Log {
  info(line: string): void;
  warning(line: string): void;
}
