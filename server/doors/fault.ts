/** What may be written down of a fault: its kind and its place. Its message is not: it may hold what somebody said. */
export function faultOf(error: unknown): { error: string; where: string; code?: string } {
  const { name, stack, code, errcode } = error as { name?: string; stack?: string; code?: unknown; errcode?: unknown };
  const where = /\(?([^\s/\\(]+:\d+):\d+\)?$/m.exec(stack ?? '')?.[1] ?? '';
  const said = errcode ?? code;
  return { error: name ?? 'Error', where, ...(typeof said === 'string' || typeof said === 'number' ? { code: String(said) } : {}) };
}
