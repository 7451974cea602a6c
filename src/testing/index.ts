export { fakeClock, type FakeClock } from './fake-clock.ts';
export { fakeProvider, type FakeProvider, type FakeProviderOptions } from './fake-provider.ts';
export type { FakeEcho } from './fake-provider/echo.ts';
export { gate, type Gate } from './fake-provider/gate.ts';
export type { FakeError, FakeFormat, FakeReply, FakeRequest, FakeScript, FakeToolCall, FakeUsage, ReplyOptions } from './fake-provider/script.ts';
export { faultyStore, type FaultPlan, type FaultyOperation, type FaultyStore } from './faulty-store.ts';
export { storeContract, type ContractCase, type ContractOptions } from './store-contract.ts';
