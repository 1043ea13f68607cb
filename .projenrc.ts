import { cdk8s, javascript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-gpu',
  description: 'NVIDIA GPU partitioning as code: cdk8s constructs for MIG, time-slicing, MPS and NIM, checked '
    + 'before they reach a cluster',
  author: 'The cdk8s-gpu authors',
  authorAddress: 'cdk8s-gpu@example.com',
  repositoryUrl: 'https://example.com/cdk8s-gpu.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  keywords: ['cdk8s', 'kubernetes', 'nvidia', 'gpu', 'mig', 'mps', 'time-slicing', 'nim'],

  // Peers are cdk8s and constructs alone: a cdk8s-plus-NN type in a public signature would
  // shut out the users of every other cdk8s-plus-NN. An optional peer would not do either: jsii
  // makes it a dependency that Python, Java and Go cannot do without.
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.5.0', // first with mixins (`construct.with(...)`)

  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3', // 7 is refused by ts-jest and typescript-eslint
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  projenrcTs: true,
  devDeps: [
    'highs@^1', // MIT; the oracle of the planner's tests
    'jsii-docgen@^10.5.0', '@types/node@^20', '@types/yargs@^17', '@types/escape-html@^1', 'fast-check@^4',
    '@bufbuild/cel@^0.6', '@bufbuild/protobuf@^2', 'cdk8s-plus-28@2.5.6', 'cdk8s-plus-34',
    '@stryker-mutator/core@~9.6', '@stryker-mutator/api@~9.6', '@stryker-mutator/instrumenter@~9.6', // 10 needs Node 22
    'expect@^30', 'jest-each@^30', 'jest-mock@^30', // what the tests use of jest, for changes tried in one process
    'playwright-core@^1.61', 'axe-core@^4', // pages are looked at in a real browser, by the rules of accessibility too
    '@types/shell-quote@^1',
    'eslint-plugin-regexp@^2', // expressions that a long text makes slow
    'ajv@^8', // MIT; reads docs/config.schema.json as a validator does
    '@grpc/grpc-js@^1.14', '@grpc/proto-loader@^0.8', // the small speech servers of the benchmark's tests
    // Prometheus' own grammar, for the queries of dashboards
    '@prometheus-io/lezer-promql@^0.315', '@lezer/lr@^1', '@lezer/highlight@^1',
  ],
  // yaml: reads manifests with line numbers; yargs: the command line and its completion; escape-html: text on pages;
  // shell-quote: the words of a command in `sh -c`
  bundledDeps: ['yaml@^2.8', 'yargs@^17', 'escape-html@^1.0.3', 'shell-quote@^1.8'],
  bin: { 'cdk8s-gpu': 'bin/cdk8s-gpu' },

  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER, // the default rewrites snapshots, so none could ever fail
    configFilePath: 'jest.config.json',
    jestConfig: {
      roots: ['<rootDir>/test', '<rootDir>/examples'],
      // examples import the package by its own name, as a reader's copy of them would
      moduleNameMapper: { '^cdk8s-gpu$': '<rootDir>/src' },
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/conformance/'],
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      collectCoverage: false,
      globalSetup: '<rootDir>/test/temporary-files.ts',
      maxWorkers: '100%', // the default leaves a core idle, which is half of a machine with two
    },
  },
  typecheckTests: true,
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'examples', 'bench', 'build-tools'] },
  tsconfigDev: {
    compilerOptions: { paths: { 'cdk8s-gpu': ['../src'] } },
    include: ['../examples/**/*.ts', '../bench/**/*.ts', '../build-tools/**/*.ts'],
  },

  docgen: false, // see the task of that name below

  // no publishing yet
  github: false,
  release: false,
  depsUpgrade: false,
  vscode: false,
  npmignoreEnabled: false, // what is published is listed: see `files` below

  excludeTypescript: ['examples/**', 'bench/**', 'build-tools/**'],
  publishToPypi: { distName: 'cdk8s-gpu', module: 'cdk8s_gpu' },
  publishToMaven: {
    javaPackage: 'com.example.cdk8sgpu',
    mavenGroupId: 'com.example.cdk8sgpu',
    mavenArtifactId: 'cdk8s-gpu',
  },
  publishToGo: { moduleName: 'example.com/cdk8s-gpu-go' },
});

// source maps within the files double what `require('cdk8s-gpu')` has to read
project.tsconfig?.file.addOverride('compilerOptions.inlineSourceMap', false);
project.tsconfig?.file.addOverride('compilerOptions.inlineSources', false);

// what people bring is never trusted: a map may have the key `toString`, and a text may be as long as somebody likes
const lineOf = (code: number): ['error', object] => ['error', {
  code,
  ignoreUrls: true,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreComments: true,
  ignoreRegExpLiterals: true,
}];
project.eslint?.addRules({ '@stylistic/max-len': lineOf(120) });
project.eslint?.addOverride({ files: ['test/**'], rules: { '@stylistic/max-len': lineOf(150) } }); // tables of cases
project.eslint?.addPlugins('regexp');
/** Classes of ours that say in words what they are. */
const WITH_WORDS = [
  'DraDriverVersion', 'Gpu', 'GpuLayout', 'GpuMemory', 'GpuOperatorVersion', 'GpuSlice', 'KubernetesVersion', 'LlmArchitecture', 'Markup', 'NimModel',
  'NimOperatorVersion', 'Precision', 'SliceAccess',
];
project.eslint?.addOverride({
  files: ['src/**/*.ts'],
  rules: {
    // a map of strangers is never stringified: `toString` may be a key of it. `shown` and `plainText` write it as JSON
    '@typescript-eslint/no-base-to-string': ['error', { checkUnknown: true }],
    '@typescript-eslint/restrict-template-expressions': ['error', {
      allowAny: false, allowBoolean: true, allowNever: true, allowNullish: true, allowNumber: true, allow: [{ from: 'file', name: WITH_WORDS }],
    }],
    '@typescript-eslint/restrict-plus-operands': ['error', { allowAny: false, allowBoolean: true, allowNullish: true, allowNumberAndString: true }],
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'regexp/no-super-linear-move': ['error', { report: 'potential' }],
  },
});

// who imports the package loads what it uses, and a command what it runs
project.compileTask.exec('ts-node --transpile-only --project build-tools/tsconfig.json build-tools/load-late.ts lib');

// the examples import the package by its own name, as a reader's copy of them would
project.eslint?.addOverride({
  files: ['examples/**', 'bench/**'],
  rules: { 'import/no-extraneous-dependencies': 'off', 'import/no-unresolved': 'off' },
});

// README snippets and examples import the package by its own name
const linkSelf = project.addTask('link-self', {
  description: 'Lets code in this repository import the package by its own name',
  exec: `node -e "const fs=require('fs');fs.rmSync('node_modules/${project.name}',{force:true,recursive:true});fs.symlinkSync('..','node_modules/${project.name}','dir')"`,
});

project.addTask('rosetta', {
  description: 'Type-checks every README and @example snippet',
  steps: [
    { spawn: linkSelf.name },
    { exec: 'jsii-rosetta extract --compile --fail --directory . --output .jsii.tabl.json' },
  ],
});

project.addTask('examples', {
  description: 'Writes the manifests of every example to dist/examples',
  steps: [
    { spawn: 'compile' },
    { spawn: linkSelf.name },
    { exec: 'ts-node --transpile-only --project test/tsconfig.json examples/synthesize.ts' },
  ],
});

project.addTask('languages', {
  description: 'Builds the Python, Java and Go package and compares what the examples write there with '
    + 'TypeScript (needs pip, Maven, Go)',
  exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/run-in-languages.ts',
  receiveArgs: true,
});

project.addTask('docs:rules', {
  description: 'Writes docs/rules.md from the rules',
  exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-rules-page.ts',
});

project.addTask('rules:expected', {
  description: 'Writes the findings that the fixtures of the rules are expected to get; read the '
    + 'difference before you commit it',
  exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-expected-findings.ts',
});

project.package.addVersion('0.1.0');

project.addTask('docs:pages', {
  description: 'Writes the pages of docs/ that are generated from tables',
  exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-pages.ts',
});

project.addTask('docs:licences', {
  description: 'Writes docs/licences.md from what is bundled',
  exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-licences-page.ts',
});

project.addTask('fuzz', {
  description: 'Changes manifests, texts and props at random for a time, from a fresh seed, and says what breaks',
  exec: 'ts-node --transpile-only --project test/tsconfig.json test/fuzz/run.ts',
  receiveArgs: true,
});

project.addTask('growth', {
  description: 'Counts the work of rules and readers on 2 to 64 times as much, and says where it grows faster than n log n',
  env: { GROWTH: 'whole' },
  exec: 'jest --ci test/growth',
});

project.addTask('mutation', {
  description: 'Changes the arithmetic a little, many times over, and says which changes no test notices (files '
    + 'as arguments: those alone)',
  exec: 'node build-tools/mutation/run.js',
  receiveArgs: true,
});

project.addTask('bench', {
  description: 'Measures, as ratios within one run, what this library costs over the same manifests by hand',
  steps: [
    { spawn: 'compile' },
    { spawn: linkSelf.name },
    { exec: 'ts-node --transpile-only --project bench/tsconfig.json bench/main.ts', receiveArgs: true },
    { exec: 'ts-node --transpile-only --project bench/tsconfig.json bench/plan.ts' },
  ],
});

project.gitignore.exclude('/examples/java/target/', '.jsii.tabl.json', 'rosetta-cache.json', '/dist/');

// one page a room in place of one of 17,000 lines, which no browser shows
const docgen = project.addTask('docgen', {
  description: 'Writes docs/api from the jsii manifest',
  steps: [
    { exec: 'jsii-docgen -o dist/API.md' },
    { exec: 'ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-api-pages.ts' },
  ],
});
project.postCompileTask.spawn(docgen);

// `package-all` builds every language and needs pip, maven and go; the default build needs npm alone
project.packageTask.reset('npx projen package:js');

// jsii-pacmak would write an .npmignore, which `files` makes useless
for (const target of ['js', 'java', 'python', 'go']) {
  project.tasks.tryFind(`package:${target}`)!.reset(`jsii-pacmak -v --npmignore false --target ${target}`);
}

// what a package of ours holds, and nothing else; npm adds package.json, README.md and LICENSE
project.package.addField('files', ['lib', '!lib/**/*.map', 'bin', 'rules', 'load-generator', '.jsii', 'CHANGELOG.md']);

// unrs-resolver 1.13.0 was published without all of its platform bindings, which makes `npm ci` refuse the lock file
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// jsii warns about every use of Node 20, which is the floor that this package supports
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

project.synth();
