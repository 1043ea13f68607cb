// Preloaded into a measured program: notes at its end what it took.
'use strict';
const fs = require('fs');
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  fs.writeFileSync(process.env.BENCH_RESOURCES, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, maxMib: maxRSS / 1024 }));
});
