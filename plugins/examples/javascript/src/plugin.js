// The component's door: the contract's imports, handed to the scanner, and its exports. There is nothing to test here.

import { emit } from 'nephoscope:guest/findings@0.1.0';
import { sql } from 'nephoscope:guest/query@0.1.0';
import { describe, scan } from './scanner.js';

const host = { emit, sql };

export const scanners = { describe, scan: (parameters) => scan(host, parameters) };
