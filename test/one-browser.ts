/** Many people in one browser: what it costs to start one is paid once a file, and no two of them share anything. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium, watch } from './browser.ts';

let browser: Promise<Browser> | undefined;

export interface Look { phone?: boolean; lang?: string; dark?: boolean }

/** Somebody with a browser that knows nothing yet. Closed, it is forgotten: who is to come back has a profile (`openBrowser`). */
export async function openVisitor({ phone = false, lang = 'en-GB', dark = false }: Look = {}): Promise<BrowserContext> {
  const context = await (await (browser ??= openChromium())).newContext({
    locale: lang, colorScheme: dark ? 'dark' : 'light',
    ...(phone ? { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } : { viewport: { width: 1_280, height: 800 } }),
  });
  watch(context);
  return context;
}

/**
 * Until nothing on the page, or in the shadow of its widget, is on its way to another colour or place. What never ends, as
 * dots that say somebody writes, is not waited for.
 */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = () => [document, document.querySelector('leave-word')?.shadowRoot].flatMap((root) => root?.getAnimations() ?? [])
      .filter(({ effect, playState }) => playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime));
    // A change that has just been asked for begins with the next picture, and one that ends may begin another.
    const picture = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
    for (await picture(); moving().length; await picture()) await Promise.allSettled(moving().map(({ finished }) => finished));
  });
}
