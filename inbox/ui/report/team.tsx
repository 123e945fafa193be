/** What each agent has done, in a table that sorts by any of its columns. */
import { useSignal } from '@preact/signals';
import type { AgentFigures, Report } from '../../../protocol/report.ts';
import { count, goodOf, moneyText, shareOf, shareText, tookText } from '../../figures.ts';
import { initialsOf } from '../../people.ts';
import { teamSheet, type TeamRow, wholeTeam } from '../../sheets.ts';
import { words } from '../../words.ts';
import { Avatar } from '../avatar.tsx';
import * as icons from '../icons.tsx';
import { Figure, Sideways } from './figure.tsx';

const say = words.report.team;
/** By what each column sorts; who has nothing there stands last, either way. Sums of different money have no order: most paid orders first. */
const COLUMNS: readonly { name: string; of: (row: TeamRow) => number | string | undefined; show: (row: TeamRow) => string }[] = [
  { name: say.contacts, of: ({ contacts }) => contacts, show: ({ contacts }) => count(contacts) },
  { name: say.reply, of: ({ firstReply }) => firstReply.median, show: ({ firstReply }) => tookText(firstReply.median) },
  { name: say.reply90, of: ({ firstReply }) => firstReply.p90, show: ({ firstReply }) => tookText(firstReply.p90) },
  { name: say.resolution, of: ({ resolution }) => resolution.median, show: ({ resolution }) => tookText(resolution.median) },
  { name: say.good, of: ({ satisfaction }) => shareOf(goodOf(satisfaction), satisfaction.n), show: ({ satisfaction }) => shareText(goodOf(satisfaction), satisfaction.n) },
  { name: say.ratings, of: ({ satisfaction }) => satisfaction.n, show: ({ satisfaction }) => count(satisfaction.n) },
  { name: say.orders, of: ({ conversions }) => conversions, show: ({ conversions }) => count(conversions) },
];

export function TeamFigure({ report }: { report: Report }) {
  const sorted = useSignal<{ by: number; up: boolean }>({ by: 0, up: false });
  const { by, up } = sorted.value;
  const of = COLUMNS[by]?.of ?? (({ name }: TeamRow) => name.toLocaleLowerCase());
  const rows = report.agents.toSorted((a, b) => compare(of(a), of(b), up));
  const sort = (column: number) => (sorted.value = { by: column, up: column === by ? !up : column < 0 });
  return (
    <Figure report={report} sheet={teamSheet(report)} hint={say.hint} isTable wide>
      <Sideways label={say.title}>
        <table class="grid grid-team">
          <thead>
            <tr>
              <Head name={say.agent} isBy={by === -1} up={up} onSort={() => sort(-1)} />
              {COLUMNS.map(({ name }, i) => <Head key={name} name={name} isBy={by === i} up={up} onSort={() => sort(i)} />)}
              <th scope="col">{say.sales}</th>
            </tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={row.agent} row={row} agent={row} />)}</tbody>
          <tfoot><Row row={wholeTeam(report)} /></tfoot>
        </table>
      </Sideways>
    </Figure>
  );
}

function Head({ name, isBy, up, onSort }: { name: string; isBy: boolean; up: boolean; onSort: () => void }) {
  return (
    <th scope="col" aria-sort={isBy ? up ? 'ascending' : 'descending' : undefined}>
      <button type="button" class={`grid-sort ${isBy ? up ? 'grid-up' : 'grid-down' : ''}`} title={say.sortBy(name)} onClick={onSort}>{name}<icons.Down size={12} /></button>
    </th>
  );
}

function Row({ row, agent }: { row: TeamRow; agent?: AgentFigures }) {
  return (
    <tr>
      <th scope="row">
        <span class="grid-agent">
          {agent && <Avatar id={agent.agent} letters={initialsOf(agent.name)} size="small" />}
          <bdi>{row.name}</bdi>{agent?.left && <span class="quiet"> ({say.left})</span>}
        </span>
      </th>
      {COLUMNS.map(({ name, show }) => <td key={name}><bdi>{show(row)}</bdi></td>)}
      <td><bdi>{moneyText(row.money) || '–'}</bdi></td>
    </tr>
  );
}

function compare(a: number | string | undefined, b: number | string | undefined, up: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b);
  return up ? order : -order;
}
