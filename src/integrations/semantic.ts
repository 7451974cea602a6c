/** The door `reprise/semantic`: embedders, judges and guards for matching by meaning with something other than the bundled model. */
export { openaiEmbedder, type OpenAiEmbedderOptions } from '../embedders/openai-compatible.ts';
export { ollamaEmbedder, type OllamaEmbedderOptions } from '../embedders/ollama.ts';
export { aiSdkEmbedder, type AiSdkEmbeddingModel } from '../embedders/ai-sdk.ts';
export { transformersEmbedder, type TransformersEmbedderOptions } from '../embedders/transformers.ts';
export { functionEmbedder, type FunctionEmbedderOptions } from '../embedders/function.ts';
export type { Embedded, Embedder } from '../embedders/embedder.ts';
export { llmJudge, type LlmJudgeOptions } from '../semantic/judges/llm-judge.ts';
export type { LlmJudgePrompt } from '../semantic/judges/llm-judge-prompt.ts';
export { rerankerJudge, type RerankerJudgeOptions, type RerankerShape } from '../semantic/judges/reranker.ts';
export { functionJudge, type FunctionJudgeOptions, type JudgeFunction } from '../semantic/judges/function-judge.ts';
export type { Judgement, PairJudge } from '../semantic/judges/pair-judge.ts';
export type { Guard, Veto } from '../semantic/guards/guard.ts';
export { BUILT_IN as builtInGuards } from '../semantic/guards/guards.ts';
export type { ReadText } from '../semantic/text/read-text.ts';
export type { CalibrationRow, CalibrationTable } from '../semantic/calibration.ts';
export { normalForm } from '../semantic/normal-form.ts';
