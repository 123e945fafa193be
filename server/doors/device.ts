/** A browser in three words, for the agent who reads beside her: "Chrome on Android". What it says proves nothing. */

/** The first that fits; those that pretend to be others stand before them. */
const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'], [/OPR\/|Opera/, 'Opera'], [/SamsungBrowser\//, 'Samsung Internet'], [/FxiOS\/|Firefox\//, 'Firefox'],
  [/CriOS\/|Chrome\/|Chromium\//, 'Chrome'], [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'Mac'], [/Linux|X11/, 'Linux'],
];
/** No real one is longer; nothing behind it is looked at. */
const AGENT_CHARS = 512;

export function deviceOf(userAgent: string | undefined): string | undefined {
  const agent = (userAgent ?? '').slice(0, AGENT_CHARS);
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return browser && system ? `${browser} on ${system}` : browser ?? system;
}
