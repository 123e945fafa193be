/** The first language somebody wants that we speak; `en` where we speak none of them. */
export function pick(known: object, wanted: readonly string[]): string {
  return wanted.map((each) => each.split('-')[0]!).find((each) => Object.hasOwn(known, each)) || 'en';
}
