import { contract } from './contract.ts';
import { serveEdge } from './hosts.ts';
import { ON_WORKERD } from './truths.ts';

contract(serveEdge, ON_WORKERD);
