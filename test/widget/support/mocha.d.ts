// The globals of @web/test-runner's Mocha that our suites use.
declare function describe(name: string, suite: () => void): void;
declare function it(name: string, test: () => void | Promise<void>): void;
declare function beforeEach(run: () => void | Promise<void>): void;
declare function afterEach(run: () => void | Promise<void>): void;
