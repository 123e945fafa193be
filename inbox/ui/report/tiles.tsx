/** The figures a manager looks at first, each against the stretch before. */
import { type Change, changeOf, count, goodOf, moneyText, perContact, pointsOf, promptsOf, shareOf, shareText, tookText } from '../../figures.ts';
import type { Shown } from '../../report.ts';
import { words } from '../../words.ts';

interface TileProps { name: string; value: string; hint: string; change?: Change | undefined }

export function Tiles({ shown: { report, before } }: { shown: Shown }) {
  const say = words.report.tiles;
  const { began, ended, firstReply, resolution, satisfaction, overdue, conversions, money } = report;
  const prompts = promptsOf(report);
  const tiles: TileProps[] = [
    { name: say.began, value: count(began), hint: say.beganHint, change: changeOf(began, before?.began, 'quiet') },
    { name: say.ended, value: count(ended), hint: say.endedHint, change: changeOf(ended, before?.ended, 'quiet') },
    {
      name: say.reply, value: tookText(firstReply.median), hint: firstReply.p90 === undefined ? say.noTimes : say.p90(tookText(firstReply.p90)),
      change: changeOf(firstReply.median, before?.firstReply.median, 'less'),
    },
    {
      name: say.resolution, value: tookText(resolution.median), hint: resolution.p90 === undefined ? say.noTimes : say.p90(tookText(resolution.p90)),
      change: changeOf(resolution.median, before?.resolution.median, 'less'),
    },
    {
      name: say.good, value: shareText(goodOf(satisfaction), satisfaction.n), hint: say.goodHint(satisfaction.n, ended),
      change: pointsOf(shareOf(goodOf(satisfaction), satisfaction.n), before && shareOf(goodOf(before.satisfaction), before.satisfaction.n)),
    },
    { name: say.overdue, value: count(overdue), hint: say.overdueHint(shareText(overdue, began)), change: changeOf(overdue, before?.overdue, 'less') },
    { name: say.orders, value: count(conversions), hint: moneyText(money) || say.ordersHint, change: changeOf(conversions, before?.conversions, 'more') },
    { name: say.prompts, value: count(prompts), hint: say.promptsHint(ended > 0 ? perContact(prompts, ended) : undefined), change: changeOf(prompts, before && promptsOf(before), 'less') },
  ];
  return (
    <section aria-label={say.label}>
      <dl class="tiles">{tiles.map((tile) => <Tile key={tile.name} {...tile} />)}</dl>
    </section>
  );
}

function Tile({ name, value, hint, change }: TileProps) {
  const kind = change?.isGood === undefined ? 'quiet' : change.isGood ? 'good' : 'bad';
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="tile-value"><bdi>{value}</bdi>
        {change && <span class={`change change-${kind}`} title={words.report.vs(change.text)}><span class="unseen">{words.report.vs(change.text)}</span><span aria-hidden="true"><bdi>{change.text}</bdi></span></span>}
      </dd>
      <dd class="hint"><bdi>{hint}</bdi></dd>
    </div>
  );
}
