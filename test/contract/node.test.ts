import { contract } from './contract.ts';
import { serveNode } from './hosts.ts';
import { ON_NODE } from './truths.ts';

contract(serveNode, ON_NODE);
