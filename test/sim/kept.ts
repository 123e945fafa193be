/** Plans that once failed, shrunk: what was found, and what it took; three of them with a bug that was planted, which seeds find too seldom. They are played with every `npm test`. */
import type { Plan } from './plan.ts';

export const KEPT: { name: string; found: string; plan: Plan }[] = [
  {
    name: 'a clock set back locks a visitor out', found: 'I7',
    plan: {"seed": 58, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}], "absent": [0, 2, 3], "steps": [{"at": 5213, "who": 1, "dice": 664752228}, {"at": 8239, "who": 1, "dice": 2332733305}], "faults": [{"at": 6668, "kind": "server clock", "dice": 4154181942}], "weather": {"slow": 26, "stall": 0, "lost": 0, "missed": 0}, "slots": 4, "lasts": 12669, "leaves": false},
  },
  {
    name: 'who learns her name forgets which epoch she knew', found: 'I15',
    plan: {"seed": 68, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "absent": [1, 3], "steps": [{"at": 98, "who": 0, "dice": 1539040016}, {"at": 1889, "who": 0, "dice": 1591019594}, {"at": 7934, "who": 5, "dice": 1028765103}, {"at": 14578, "who": 4, "dice": 2200040535}, {"at": 18813, "who": 5, "dice": 3430909109}, {"at": 19773, "who": 2, "dice": 317525320}], "faults": [{"at": 7417, "kind": "kill behind a commit", "dice": 1577300593}, {"at": 10163, "kind": "kill in a transaction", "dice": 2513183188}, {"at": 21870, "kind": "commit unknown", "dice": 1408684261}, {"at": 23377, "kind": "commit unknown", "dice": 20914455}, {"at": 24312, "kind": "kill behind a commit", "dice": 812437941}, {"at": 39145, "kind": "restore", "dice": 2818591901}], "weather": {"slow": 87, "stall": 0.02, "lost": 0.1, "missed": 0}, "slots": 3, "lasts": 47728, "leaves": false},
  },
  {
    name: 'a clock set back keeps a page away', found: 'I7',
    plan: {"seed": 20, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}], "absent": [0, 1, 2], "steps": [], "faults": [{"at": 8412, "kind": "deploy", "dice": 4057879312}, {"at": 9209, "kind": "device clock", "dice": 3226782916}], "weather": {"slow": 58, "stall": 0, "lost": 0, "missed": 0}, "slots": 1, "lasts": 23277, "leaves": false},
  },
  {
    name: 'a message pays each time it could not be kept', found: 'I7',
    plan: {"seed": 22, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 2, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "absent": [0, 2, 3, 4, 5, 6], "steps": [{"at": 24513, "who": 1, "dice": 3212159902}], "faults": [{"at": 10448, "kind": "disk full", "dice": 2299260682}, {"at": 22441, "kind": "crash", "dice": 1026823615}, {"at": 35185, "kind": "disk full", "dice": 3028892205}], "weather": {"slow": 93, "stall": 0, "lost": 0, "missed": 0}, "slots": 2, "lasts": 56014, "leaves": true},
  },
  {
    name: 'the message at which a burst failed has paid', found: 'I7',
    plan: {"seed": 50, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}], "absent": [0,2,3], "steps": [{"at": 21584, "who": 1, "dice": 65874049}], "faults": [{"at": 18645, "kind": "write in a burst", "dice": 3660826200}], "weather": {"slow": 28, "stall": 0, "lost": 0, "missed": 0}, "slots": 2, "lasts": 46715, "leaves": true},
  },
  {
    name: 'a thread of who was forgotten, for her token could not be kept, stands on the disk', found: 'I9',
    plan: {"seed": 1955, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "absent": [1, 2, 3, 4], "steps": [{"at": 29275, "who": 0, "dice": 1726863693}], "faults": [{"at": 12980, "kind": "device full", "dice": 2922768622}], "weather": {"slow": 22, "stall": 0, "lost": 0, "missed": 0}, "lasts": 54869, "slots": 4, "leaves": true},
  },
  {
    name: 'what was taken, and lost with its commit, is overtaken by what was refused behind it', found: 'I4',
    plan: {"seed": 278, "brands": ["tea", "ink"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 2, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 1, "tabs": 1, "skew": 0}], "absent": [0, 2], "steps": [{"at": 207, "who": 3, "dice": 1068663940}, {"at": 9591, "who": 1, "dice": 643408715, "hasty": true}, {"at": 10894, "who": 3, "dice": 4098402596, "hasty": true}, {"at": 20850, "who": 1, "dice": 1386840608, "hasty": true}, {"at": 25183, "who": 1, "dice": 950496144, "hasty": true}], "faults": [{"at": 24250, "kind": "disk full", "dice": 185767899}], "weather": {"slow": 70, "stall": 0, "lost": 0, "missed": 0}, "lasts": 36317, "slots": 3, "leaves": false},
  },
  {
    name: 'all that was welcome comes in together, finds no room, and comes again on another line', found: 'I4, of a bug that was planted',
    plan: {"seed": 793, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}], "absent": [1], "steps": [{"at": 500, "who": 0, "dice": 143449683, "hasty": true}, {"at": 932, "who": 0, "dice": 2980579074, "hasty": true}, {"at": 932, "who": 0, "dice": 294118206, "hasty": true}], "faults": [{"at": 932, "kind": "disk full", "dice": 1649585284}, {"at": 3002, "kind": "cut", "dice": 1261737500}], "weather": {"slow": 2, "stall": 0, "lost": 0, "missed": 0}, "slots": 2, "leaves": false, "lasts": 30000},
  },
  {
    name: 'a greeting cannot be written, and a change comes after it on the same line', found: 'I5, of a bug that was planted',
    plan: {"seed": 5771, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}, {"brand": 0, "tabs": 1, "skew": 0}], "absent": [0, 1], "steps": [{"at": 2736, "who": 2, "dice": 1933752182, "hasty": true}, {"at": 2715, "who": 3, "dice": 3832233411}, {"at": 8782, "who": 3, "dice": 4158313215}, {"at": 12896, "who": 3, "dice": 1884349963}, {"at": 11903, "who": 3, "dice": 4254407729}, {"at": 15795, "who": 3, "dice": 684229609}, {"at": 16602, "who": 3, "dice": 391103300}], "faults": [{"at": 17607, "kind": "freeze", "dice": 602709840}, {"at": 2416, "kind": "write", "dice": 3429486068}, {"at": 5041, "kind": "cut", "dice": 3540435254}, {"at": 15647, "kind": "cut", "dice": 2983754314}, {"at": 15998, "kind": "write", "dice": 3980870248}], "weather": {"slow": 10, "stall": 0, "lost": 0, "missed": 0}, "lasts": 33639, "slots": 4, "leaves": false},
  },
  {
    name: 'what comes in together fails, and is as welcome as before', found: 'I7, of a bug that was planted',
    plan: {"seed": 2, "brands": ["tea"], "shoppers": [{"brand": 0, "tabs": 1, "skew": 0}], "clerks": [{"brand": 0, "tabs": 1, "skew": 0}], "absent": [1], "steps": [{"at": 500, "who": 0, "dice": 4017728376, "hasty": true}, {"at": 1849, "who": 0, "dice": 1487162743, "hasty": true}, {"at": 2404, "who": 0, "dice": 997850434, "hasty": true}], "faults": [{"at": 1849, "kind": "write in a burst", "dice": 1283267505}], "weather": {"slow": 2, "stall": 0, "lost": 0, "missed": 0}, "slots": 2, "leaves": false, "lasts": 20000},
  },
];
