// Makes the component: `node build.js idle-addresses.wasm`. The contract has to lie in `wit/deps`, see README.md.

import { componentize } from '@bytecodealliance/componentize-js';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { component } = await componentize({
  sourcePath: here('src/plugin.js'),
  witPath: here('wit'),
  worldName: 'idle-addresses',
  // All that JavaScript may ask of a system. The host of a plugin has none of it, and refuses what imports HTTP.
  disableFeatures: ['clocks', 'fetch-event', 'http', 'random', 'stdio'],
});
await writeFile(process.argv[2], component);
