/** Counters of what happens at the doors, in Prometheus' text form. Labels are routes and rules, never people. */

export interface Figure {
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  values: { labels?: Record<string, string>; value: number }[];
}

export class Counters {
  readonly #counts = new Map<string, Map<string, { labels: Record<string, string>; value: number }>>();

  /** @param labels of a small, fixed set: a label that a stranger can choose would fill the memory */
  count(name: keyof typeof HELP, labels: Record<string, string> = {}): void {
    const key = JSON.stringify(labels);
    const byLabels = this.#counts.get(name) ?? new Map();
    this.#counts.set(name, byLabels);
    const entry = byLabels.get(key) ?? { labels, value: 0 };
    entry.value++;
    byLabels.set(key, entry);
  }

  figures(): Figure[] {
    return Object.entries(HELP).map(([name, help]) => ({
      name, help, type: 'counter', values: [...(this.#counts.get(name)?.values() ?? [])],
    }));
  }
}

const HELP = {
  leaveword_requests_total: 'Answers, by the first digit of their status.',
  leaveword_rate_limited_total: 'Requests refused because there were too many, by route.',
  leaveword_denied_total: 'Requests refused because of who asked, by route and status.',
  leaveword_broken_total: 'Requests that failed by a fault of ours, by route.',
};

export function toPrometheus(figures: Figure[]): string {
  return figures.map(({ name, help, type, values }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...values.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}`),
  ].join('\n')).join('\n').concat('\n');
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, '_')}"`);
  return pairs.length ? `{${pairs.join(',')}}` : '';
}
