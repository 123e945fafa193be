/** An agent who handles threads in the inbox: what she presses, and what stands on her screen. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { words } from '../inbox/words.ts';
import type { AgentStatus } from '../protocol/messages.ts';
import { until } from './browser.ts';
import { Seller } from './seller.ts';

const say = words.handling;

export type Box = 'waiting' | 'mine' | 'returned' | 'snoozed' | 'all' | 'ended';

export class Hand {
  readonly seller: Seller;
  readonly page: Page;
  private constructor(seller: Seller) {
    this.seller = seller;
    this.page = seller.page;
  }

  static async join(browser: BrowserContext, link: string, name: string): Promise<Hand> {
    const hand = new Hand(await Seller.join(browser, link, { name, password: 'Seventeen Kettles' }));
    await hand.page.locator('.me-name', { hasText: name }).waitFor();
    return hand;
  }

  async say(text: string): Promise<void> {
    await this.seller.say(text);
    await until(async () => /Sent|Delivered|Seen/.test(await this.seller.fateOf(text)), `"${text}" to be sent`);
  }

  async be(status: AgentStatus): Promise<void> {
    await this.page.locator('.me-button').click();
    await this.page.locator('#me-menu').getByRole('radio', { name: words.status[status] }).check();
    await this.page.keyboard.press('Escape');
  }

  /** `Full · 2 of 2` */
  async standing(): Promise<string> {
    return (await this.page.locator('.me-status').textContent() ?? '').trim();
  }

  /** How her colleague stands, in the list of the team. */
  async colleague(name: string): Promise<string> {
    return await this.page.locator('.colleague', { hasText: name }).getAttribute('title') ?? '';
  }

  // ---- boxes

  async count(box: Box): Promise<number> {
    // In one look: the number goes when it is none.
    return Number((await this.page.locator(`.boxes-${box} .box-count`).allTextContents())[0] ?? 0);
  }

  async go(box: Box): Promise<void> {
    await this.page.locator(`.boxes-${box} a.box`).click();
    await this.page.locator(`.boxes-${box} a.box[aria-current=page]`).waitFor();
  }

  /** The threads of a box, from the top. */
  async threads(box: Box): Promise<string[]> {
    await this.go(box);
    return this.page.locator('a.row').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['thread']!));
  }

  row(thread: string): Locator {
    return this.page.locator(`a.row[data-thread="${thread}"]`);
  }

  async open(box: Box, thread: string): Promise<void> {
    await this.go(box);
    await this.row(thread).click();
    await this.page.locator(`a.row[data-thread="${thread}"][aria-current=true]`).waitFor();
    await this.seller.log.waitFor();
  }

  // ---- the open thread

  get banner(): Locator {
    return this.page.locator('.banner-place');
  }

  get pause(): Locator {
    return this.page.getByRole('region', { name: say.restraintLabel });
  }

  /** What happened, as it is written between the messages. */
  async history(): Promise<string[]> {
    return (await this.seller.log.locator('.entry-line > span').allTextContents()).map((line) => line.trim());
  }

  /** @param choice the beginning of what stands on the button, like `3 hours` */
  async snooze(choice: string): Promise<void> {
    await this.page.locator('.act', { hasText: new RegExp(`^(?:${say.snooze}|${say.snoozeAgain})$`) }).click();
    await this.page.getByRole('dialog', { name: say.snoozeTitle }).locator('.choice', { hasText: choice }).click();
  }

  async snoozeUntil(date: string, time: string): Promise<void> {
    await this.snooze(say.choose);
    await this.page.getByLabel(say.date).fill(date);
    await this.page.getByLabel(say.time, { exact: true }).fill(time);
    await this.page.locator('.chooser').getByRole('button', { name: say.snooze, exact: true }).click();
  }

  async end(goodbye = ''): Promise<void> {
    await this.page.locator('.act-end').click();
    await this.sayGoodbye(goodbye);
  }

  /** To the only colleague. */
  async transfer(name: string, note: string): Promise<void> {
    await this.page.getByRole('button', { name: say.transfer, exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: say.transferTitle });
    await dialog.getByRole('textbox').fill(note);
    await dialog.getByRole('button', { name: say.give(name), exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** To the team alone. */
  async note(text: string): Promise<void> {
    await this.page.getByRole('button', { name: words.know.note, exact: true }).click();
    const field = this.page.getByRole('textbox', { name: words.know.composeNote });
    await field.fill(text);
    await field.press('Enter');
    await this.seller.log.locator('.note:not(.note-waiting)', { hasText: text }).waitFor();
    await this.page.getByRole('button', { name: words.know.reply, exact: true }).click();
  }

  async tag(tag: string): Promise<void> {
    const field = this.page.getByRole('combobox', { name: words.know.addTag });
    await field.fill(tag);
    await field.press('Enter');
  }

  /** What is found in the whole brand, with what is lit in it. The first is under her hand. */
  async search(text: string): Promise<{ name: string; text: string; lit: string }[]> {
    await this.page.getByRole('button', { name: words.know.commands.search }).first().click();
    const finder = this.page.getByRole('dialog', { name: words.know.commands.search });
    await finder.getByRole('combobox').fill(text);
    await finder.locator('.finder-list:not(.finder-stale) .found-text mark', { hasText: new RegExp(text, 'i') }).first().waitFor();
    return finder.locator('[role=option]').evaluateAll((hits) => hits.map((hit) => ({
      name: hit.querySelector('.pick-name')!.textContent!, text: hit.querySelector('.found-text')!.textContent!, lit: [...hit.querySelectorAll('mark')].map((mark) => mark.textContent).join(),
    })));
  }

  /** In the dialog that asks. */
  async sayGoodbye(goodbye: string): Promise<void> {
    const dialog = this.page.getByRole('dialog', { name: say.endTitle });
    await dialog.getByRole('textbox').fill(goodbye);
    await dialog.getByRole('button', { name: goodbye ? say.endWithGoodbye : say.endNow, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }
}
