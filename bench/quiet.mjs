/**
 * What is left out of other people's packages on their way into the widget: words to developers, other hosts than
 * browsers, and settings that we do not use. What they do for us is not touched: `test/quiet.test.ts` runs the tests of
 * socket and database against the shortened packages.
 *
 * Every cut must find its place. A package that has changed is read again by a person before it is cut again.
 */
import { readFileSync } from 'node:fs';

/** A whole member of a class, as the package lays it out. */
const member = (name) => new RegExp(`^  (?:static )?(?:[gs]et )?${name}(?:;| = .*;|\\(.*\\) \\{\\n[\\s\\S]*?^  \\})\\n`, 'gm');
const members = (...names) => names.map((name) => [member(name), '']);
const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

/** What, and what stands there instead. Comments are gone already. */
const OF_SOCKET = [
  // What it says to developers.
  [/\bthis\._debug\((?:[^()]|\([^()]*\))*\);/g, ''],
  [/^if \(!globalThis\.EventTarget[\s\S]*?`\);$/gm, ''],
  [/if \(this\._closeCalled && !this\._didWarn[\s\S]*?\);\s*\}/g, ''],
  [/if \(\s*!this\._options\.WebSocket &&[\s\S]*?didWarnAboutMissingWebSocket = true;\s*\}/g, ''],
  [/assert\(.*;/g, ''],
  // Who needs its events made by hand: a browser copies each event by its own constructor, given one of its own to copy.
  [/const isNode =[\s\S]*?: cloneEventBrowser;/g, 'const cloneEvent = cloneEventBrowser;'],
  [/new Events\.CloseEvent\(code, reason, this\)/g, 'new CloseEvent("close", { code, reason })'],
  [/^var (?:Close|Error)Event = class[\s\S]*?^\};$/gm, ''],
  [/\bCloseEvent, ErrorEvent, (?=ReconnectingWebSocket)/g, ''],
  // Nobody listens for errors: whatever they lead to ends in a `close`.
  [/new Events\.ErrorEvent\((Error\(.*\)), this\)/g, '$1'],
  [/this\.dispatchEvent\(cloneEvent\(event\)\);(?=\s*this\._connect\(\))/g, ''],
  [/if \(this\.on(?:open|message|error|close)\).*/g, ''],
  // The states by their numbers, which are the same in every browser.
  [/\b(?:this|ReconnectingWebSocket)\.(CONNECTING|OPEN|CLOSING|CLOSED)\b/g, (_all, state) => STATES[state]],
  // Settings that are never set, or always.
  [/if \(this\._options\.startClosed\).*/g, ''],
  [/this\._options\.startClosed\s*\?[^:]*:/g, ''],
  [/if \(this\._options\.debugLogger\)[^;]*;/g, ''],
  [/this\._options\.WebSocket \|\| /g, ''],
  [/if \(this\._retryCount >= maxRetries\) \{[\s\S]*?\}/g, ''],
  [/this\._options\.shouldReconnectOnClose &&\s*/g, ''],
  [/const \{[^}]*\} = this\._options;/g, ''],
  [/\bconnectionTimeout(?=\s*\))/g, 'this._options.connectionTimeout'],
  // `minReconnectionDelay` says each time how long to wait: it knows of growth and of chance, and when to begin again.
  [/let delay = 0;[\s\S]*?return delay;/g, 'return this._options.minReconnectionDelay;'],
  [/this\._retryCount(?:\+\+| = 0);/g, ''],
  [/this\._uptimeTimeout = setTimeout.*/g, ''],
  [/clearTimeout\(this\._uptimeTimeout\);/g, ''],
  // The address is a text, and a function answers with a promise of the protocols.
  [/this\._getNextUrl\(this\._url\)/g, 'this._url'],
  [/this\._getNextProtocols\(this\._protocols \|\| null\)/g, 'this._protocols()'],
  [/protocols \? (.*) : new WS\(url\)/g, '$1'],
  // Nothing waits in here for a line: the outbox is our queue.
  [/if \(this\._messageQueue[^}]*\}/g, ''],
  [/this\._messageQueue\.forEach[\s\S]*?= \[\];/g, ''],
  // What comes is text; other than text is told apart by `client/socket.ts`, whatever its type.
  [/this\._ws\.binaryType = this\._binaryType;/g, ''],
  // Nothing uses them now.
  ...members('CONNECTING', 'OPEN', 'CLOSING', 'CLOSED', 'onclose', 'onerror', 'onmessage', 'onopen', 'binaryType', 'bufferedAmount', 'extensions',
    'protocol', 'url', 'retryCount', 'shouldReconnect', 'reconnect', 'drainQueuedMessages', '_acceptOpen', '_binaryType', '_debug', '_debugLogger',
    '_didWarnAboutClosedSend', '_getNextProtocols', '_getNextUrl', '_messageQueue', '_retryCount', '_uptimeTimeout'),
  [/^const (?:Events|DEFAULT) = \{[\s\S]*?^\};$/gm, ''],
];

/** What of its settings these cuts have made true anyway. */
const OF_SETTINGS = [[/^ *(?:maxEnqueuedMessages|minUptime|reconnectionDelayGrowFactor|maxReconnectionDelay): .*\n/gm, '']];

/** A store that nobody named: ours always has a name. */
const OF_STORE = [[/ = defaultGetStore\(\)/g, '']];

/** Why a value is not believed interests developers, and the server says it in full; here it is enough that it is not. */
const OF_SHAPE = [
  [/'(?:must|has) [^'\n]*'/g, "'!'"],
  [/`(?:must|has) [^`\n]*`/g, "'!'"],
  [/`\$\{(?:index|key|name)\}: \$\{problem\}`/g, 'problem'],
  [/\(min === 1 \? '!' : '!'\)/g, "'!'"],
];

const OF_GATE = [
  [/'(?:a frame is|unknown type) [^'\n]*'/g, "'!'"],
  [/`\$\{type\}: \$\{problem\}`/g, 'problem'],
];

/**
 * Names of fields that only our own code in the browser says, to itself: the wire, the disk, the browser and the page's
 * code know none of them, so they may be short in the widget. The longest and most often said.
 */
export const INWARD = [
  'again', 'ahead', 'answer', 'besides', 'connectionTimeout', 'greet', 'greeted', 'heard', 'holdOff', 'keeps', 'leaving', 'listen', 'mend',
  'mention', 'minReconnectionDelay', 'nudge', 'older', 'onToken', 'painted', 'passes', 'press', 'protocols', 'pump', 'restsWhenHidden', 'rests',
  'seenHere', 'shouldReconnectOnClose', 'standing', 'threads', 'unlearn',
];

const PACKAGES = [
  [/protocol[\\/]shape\.ts$/, OF_SHAPE],
  [/protocol[\\/]parse\.ts$/, OF_GATE],
  [/partysocket[\\/]dist[\\/]ws\.js$/, OF_SOCKET],
  [/client[\\/]socket\.ts$/, OF_SETTINGS],
  [/idb-keyval[\\/]dist[\\/]index\.js$/, OF_STORE],
];

/**
 * @returns the text of a package's file without what is cut
 * @throws when a cut does not find its place
 */
export async function shorten(esbuild, file, read = (name) => readFileSync(name, 'utf8')) {
  const [, cuts] = PACKAGES.find(([filter]) => filter.test(file));
  let text = read(file).replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '');
  for (const [what, instead] of cuts) {
    const whole = text;
    text = whole.replaceAll(what, instead);
    if (text === whole) throw new Error(`${file} is not what it was: ${what} finds nothing. Read it again before it is cut.`);
  }
  const { code } = await esbuild.transform(text, { mangleProps: /^_/, target: 'es2022', loader: file.endsWith('.ts') ? 'ts' : 'js' });
  return code;
}

/** A plugin for esbuild. */
export function quietPackages(esbuild) {
  return {
    name: 'quiet-packages',
    setup(bundler) {
      for (const [filter] of PACKAGES) {
        bundler.onLoad({ filter }, async ({ path: file }) => ({ contents: await shorten(esbuild, file), loader: 'js' }));
      }
    },
  };
}
