/** A chart with its name, what it means, its table and its file. The chart is for the eye; the table is for everybody. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Report } from '../../../protocol/report.ts';
import { saveFile } from '../../csv.ts';
import { fileOf, type Sheet } from '../../sheets.ts';
import { words } from '../../words.ts';
import * as icons from '../icons.tsx';

interface Props {
  report: Report;
  sheet: Sheet;
  hint: string;
  /** Already a table: none besides. */
  isTable?: boolean;
  wide?: boolean;
  children: ComponentChildren;
}

export function Figure({ report, sheet, hint, isTable, wide, children }: Props) {
  const id = useId();
  const asTable = useSignal(false);
  const say = words.report;
  const save = () => {
    const { name, text } = fileOf(sheet, report);
    saveFile(name, text);
  };
  return (
    <section class={`figure ${wide ? 'figure-wide' : ''}`} aria-labelledby={id}>
      <header class="figure-head">
        <div class="figure-words"><h2 id={id}>{sheet.caption}</h2><p class="hint">{hint}</p></div>
        {!isTable && (
          <button type="button" class="button button-small button-quiet" aria-pressed={asTable.value} aria-label={say.asTableAria(sheet.caption)}
            onClick={() => (asTable.value = !asTable.value)}><icons.Table size={15} />{say.asTable}</button>
        )}
        <button type="button" class="button button-small button-quiet" aria-label={say.csvAria(sheet.caption)} onClick={save}><icons.Save size={15} />{say.csv}</button>
      </header>
      {isTable ? children : <>
        {!asTable.value && children}
        <div class={asTable.value ? 'figure-table' : 'unseen'}><SheetTable sheet={sheet} isSeen={asTable.value} /></div>
      </>}
    </section>
  );
}

function SheetTable({ sheet: { caption, columns, shows }, isSeen }: { sheet: Sheet; isSeen: boolean }) {
  const table = (
    <table class="grid">
      <caption class="unseen">{caption}</caption>
      <thead><tr>{columns.map((column, i) => <th key={i} scope="col">{column}</th>)}</tr></thead>
      <tbody>
        {shows.map((row, i) => (
          <tr key={i}>{row.map((cell, j) => (j === 0 ? <th key={j} scope="row" dir="auto">{cell}</th> : <td key={j}><bdi>{cell}</bdi></td>))}</tr>
        ))}
      </tbody>
    </table>
  );
  // What scrolls must be reachable by keyboard; what nobody sees must not be.
  return isSeen ? <Sideways label={caption}>{table}</Sideways> : table;
}

/** A table that may be wider than a phone. */
export function Sideways({ label, children }: { label: string; children: ComponentChildren }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  // biome-ignore lint/a11y/useSemanticElements: a group of figures, not of fields
  return <div class="sideways" role="group" aria-label={label} tabIndex={0}>{children}</div>;
}
