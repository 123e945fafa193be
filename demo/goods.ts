/** What the two shops of the demo sell. None of it exists. */
import type { Art } from './art.ts';

export interface Good {
  slug: string;
  name: string;
  line: string;
  price: number;
  art: Art;
  story: string;
  facts: [string, string][];
}

export interface Shop {
  /** Its brand on the server. */
  brand: string;
  /** Where its pages are: `/` or a folder. */
  home: string;
  name: string;
  mark: string;
  motto: string;
  promise: string;
  welcome: string;
  color: string;
  look: 'tea' | 'bicycles';
  shelves: string;
  goods: Good[];
}

export const TEA: Shop = {
  brand: 'kettle-and-fern',
  home: '/',
  name: 'Kettle & Fern',
  mark: 'KF',
  motto: 'Small-batch teas and slow mornings',
  promise: 'Blended on Fridays, posted on Mondays. Whole leaf, no flavouring, tins that you will keep.',
  welcome: 'What will you brew today?',
  color: '#2f6b4f',
  look: 'tea',
  shelves: 'The shelf',
  goods: [
    {
      slug: 'harbour-earl-grey', name: 'Harbour Earl Grey', line: 'Bergamot, cornflower, a little sea air', price: 9.5,
      art: { kind: 'tin', body: '#2c5f7c', band: '#f2d9a2', motif: 'flower' },
      story: 'Ceylon leaf from a garden that faces the water, scented with the peel of bergamots and nothing out of a bottle. It stands milk, but it does not ask for it.',
      facts: [['Brew', '95 °C, 3 to 4 minutes'], ['Caffeine', 'Medium'], ['Tin', '100 g, about 40 cups']],
    },
    {
      slug: 'first-flush', name: 'First Flush Darjeeling', line: 'Muscatel and mountain flowers', price: 14,
      art: { kind: 'tin', body: '#c98a3b', band: '#fff3d6', motif: 'mountain' },
      story: 'Picked in the third week of March, when the hills are still cold at night. Pale in the cup and loud in the nose.',
      facts: [['Brew', '85 °C, 2 to 3 minutes'], ['Caffeine', 'Medium'], ['Tin', '80 g, about 35 cups']],
    },
    {
      slug: 'smoke-and-pine', name: 'Smoke & Pine', line: 'A campfire in a cup', price: 10,
      art: { kind: 'tin', body: '#3b3a3f', band: '#d9a066', motif: 'pine' },
      story: 'Leaves dried over pine embers, the old way. Half of our customers adore it. The other half can smell their neighbours.',
      facts: [['Brew', '95 °C, 4 minutes'], ['Caffeine', 'High'], ['Tin', '100 g, about 40 cups']],
    },
    {
      slug: 'jade-needle', name: 'Jade Needle', line: 'Sencha, sweet as peas', price: 12.5,
      art: { kind: 'tin', body: '#5d8f5a', band: '#eaf3d0', motif: 'leaf' },
      story: 'Steamed within the hour of picking. Use cooler water than you think, and less time than you have.',
      facts: [['Brew', '70 °C, 60 to 90 seconds'], ['Caffeine', 'Medium'], ['Tin', '90 g, about 45 cups']],
    },
    {
      slug: 'moonlit-oolong', name: 'Moonlit Oolong', line: 'Orchid, warm stone, honey', price: 16,
      art: { kind: 'tin', body: '#4b4a7d', band: '#f4e6c8', motif: 'moon' },
      story: 'Rolled by hand into little dark pearls that open over six or seven infusions. The third is the best one; wait for it.',
      facts: [['Brew', '90 °C, 1 minute, again and again'], ['Caffeine', 'Medium'], ['Tin', '75 g, about 60 cups']],
    },
    {
      slug: 'orchard-rooibos', name: 'Orchard Rooibos', line: 'Orange peel, apple, no caffeine', price: 8,
      art: { kind: 'tin', body: '#b4533c', band: '#fbe3cf', motif: 'fruit' },
      story: 'For the hour after supper, when the kettle is on anyway. Children call it juice tea and drink it cold.',
      facts: [['Brew', '100 °C, 5 minutes or longer'], ['Caffeine', 'None'], ['Tin', '120 g, about 50 cups']],
    },
    {
      slug: 'round-kettle', name: 'The Round-Bellied Kettle', line: 'Enamelled steel, 1.2 litres', price: 58,
      art: { kind: 'kettle', body: '#2f6b4f', band: '#c9974a', motif: 'leaf' },
      story: 'It pours without a drop on the table cloth, and sings a third below everybody else\'s kettle. Spun in a workshop of four people.',
      facts: [['Holds', '1.2 litres'], ['Hob', 'Gas, induction, campfire'], ['Guarantee', 'Ten years']],
    },
    {
      slug: 'fern-cups', name: 'Fern Cups, a pair', line: 'Stoneware, pressed with real fronds', price: 34,
      art: { kind: 'cups', body: '#e8e1d0', band: '#5d8f5a', motif: 'leaf' },
      story: 'Each cup carries the print of a fern that grew behind the kiln, so no two pairs are the same, and no two cups of a pair are either.',
      facts: [['Holds', '220 ml each'], ['Care', 'Dishwasher, microwave'], ['Made in', 'Small numbers']],
    },
  ],
};

export const BICYCLES: Shop = {
  brand: 'spoke-and-sparrow',
  home: '/bicycles/',
  name: 'Spoke & Sparrow',
  mark: 'S&S',
  motto: 'Bicycles for people with somewhere nice to be',
  promise: 'Built, mended and loved in one small workshop. Every bicycle leaves with its first service already in the book.',
  welcome: 'Where are you riding to?',
  color: '#b4482f',
  look: 'bicycles',
  shelves: 'On the stand',
  goods: [
    {
      slug: 'the-sparrow', name: 'The Sparrow', line: 'Seven gears, upright, unhurried', price: 640,
      art: { kind: 'bicycle', body: '#b4482f', band: '#e9c46a', motif: 'none' },
      story: 'A town bicycle that lets you see over the cars and be home before them. Steel, because steel forgives.',
      facts: [['Frame', 'Chromoly steel'], ['Gears', '7, in the hub'], ['Weight', '13.9 kg']],
    },
    {
      slug: 'the-heron', name: 'The Heron', line: 'Long legs for long roads', price: 1_180,
      art: { kind: 'bicycle', body: '#3f6c86', band: '#d8cfc0', motif: 'bags' },
      story: 'Racks front and rear, a triple and a saddle that learns you. Three of them have been around the Baltic so far, all three came back.',
      facts: [['Frame', 'Lugged steel'], ['Gears', '27'], ['Carries', '35 kg besides you']],
    },
    {
      slug: 'the-wren', name: 'The Wren', line: 'A first bicycle, and a serious one', price: 290,
      art: { kind: 'bicycle', body: '#6c8f4e', band: '#f2b5a7', motif: 'small' },
      story: 'Light enough for a five-year-old to lift over a kerb in a temper. We take it back at half the price when the legs have grown.',
      facts: [['For', 'About 5 to 7 years'], ['Weight', '6.8 kg'], ['Back again', 'Half price']],
    },
    {
      slug: 'brass-bell', name: 'Brass Bell', line: 'Says "good morning", not "move"', price: 24,
      art: { kind: 'bell', body: '#d9a441', band: '#8c6a24', motif: 'none' },
      story: 'Turned from a solid bar and tuned by ear to a friendly G. It rings for eleven seconds if nobody touches it.',
      facts: [['Fits', '22 to 26 mm bars'], ['Note', 'G'], ['Polish', 'If you must']],
    },
    {
      slug: 'willow-basket', name: 'Willow Basket', line: 'For bread, dogs and library books', price: 46,
      art: { kind: 'basket', body: '#b58a55', band: '#6e4d2a', motif: 'none' },
      story: 'Woven by Ines, who lives by the river the willow comes from. Comes off with one hand, stays on over cobbles.',
      facts: [['Holds', '18 litres, 10 kg'], ['Fits', 'Every front rack'], ['Dog', 'Up to dachshund']],
    },
    {
      slug: 'spring-service', name: 'Spring Service', line: 'Everything that turns, turning again', price: 75,
      art: { kind: 'tools', body: '#7a5c86', band: '#e9c46a', motif: 'none' },
      story: 'We clean, true, grease, tighten and listen. You get a cup of coffee, a loan bicycle, and a list of what can wait until autumn.',
      facts: [['Takes', 'One working day'], ['Loan bicycle', 'Of course'], ['Guarantee', 'Three months']],
    },
  ],
};

export const SHOPS = [TEA, BICYCLES];
