/** A browser that is driven from outside, as far as all of them can be: tabs, and a function that runs in the one that is looked at. */
export interface Driven {
  readonly name: string;
  /** A new tab, which is looked at from now on. Resolves when the page has loaded. @returns its handle */
  open(url: string): Promise<string>;
  look(tab: string): Promise<void>;
  /** Runs in the page. Takes and gives what JSON can carry. */
  run<Given extends unknown[], Result>(work: (...given: Given) => Result | Promise<Result>, ...given: Given): Promise<Result>;
  reload(): Promise<void>;
  back(): Promise<void>;
  go(url: string): Promise<void>;
  /** The tab that is looked at; another one stays open. */
  close(): Promise<void>;
  /** As when the power goes; then again, with what it had kept. Missing where what is driven keeps nothing. */
  killAndRestart?(): Promise<void>;
  /** @returns a PNG */
  picture(): Promise<Buffer>;
  end(): Promise<void>;
}
