/*
 * Made by `npm run prices`; do not edit. Figures: the data of the npm package ai-sdk-cost-calculator 7.1.14,
 * Copyright (c) 2026 agos, MIT licence (https://github.com/RenKoya1/ai-sdk-cost-calculator). The price of cache writes for an hour is
 * Anthropic's rule, twice the input price (https://platform.claude.com/docs/en/build-with-claude/prompt-caching).
 */

/** The day of the figures. */
export const PRICES_DATE = '2026-09-23';

/**
 * US dollars per million tokens, by provider and model; `price-table.ts` reads it. Fees per request (web search, say) are not in it.
 * A text and not an object, as it is read only when a price is asked for, and so costs nothing before.
 */
export const PRICES_TEXT = `
openai
chat-latest input 5 output 30 cacheRead 0.5
codex-mini-latest input 1.5 output 6 cacheRead 0.375
computer-use-preview input 3 output 12
daybreak-blue-latest input 4 output 20 cacheRead 0.4 cacheWrite5m 5 above 272000 input 8 output 30 cacheRead 0.8 cacheWrite5m 10
daybreak-red-latest input 12.5 output 75 cacheRead 1.25 cacheWrite5m 15.625
gpt-3.5-turbo input 0.5 output 1.5
gpt-3.5-turbo-0125 input 0.5 output 1.5
gpt-4 input 30 output 60
gpt-4-32k input 60 output 120
gpt-4-turbo input 10 output 30
gpt-4-turbo-2024-04-09 input 10 output 30
gpt-4.1 input 2 output 8 cacheRead 0.5
gpt-4.1-mini input 0.4 output 1.6 cacheRead 0.1
gpt-4.1-nano input 0.1 output 0.4 cacheRead 0.025
gpt-4.5-preview input 75 output 150
gpt-4o input 2.5 output 10 cacheRead 1.25
gpt-4o-2024-05-13 input 5 output 15
gpt-4o-2024-08-06 input 2.5 output 10 cacheRead 1.25
gpt-4o-2024-11-20 input 2.5 output 10 cacheRead 1.25
gpt-4o-mini input 0.15 output 0.6 cacheRead 0.075
gpt-4o-mini-2024-07-18 input 0.15 output 0.6 cacheRead 0.075
gpt-4o-mini-search-preview input 0.15 output 0.6
gpt-4o-search-preview input 2.5 output 10
gpt-5 input 1.25 output 10 cacheRead 0.125
gpt-5-chat-latest input 1.25 output 10 cacheRead 0.125
gpt-5-codex input 1.25 output 10 cacheRead 0.125
gpt-5-mini input 0.25 output 2 cacheRead 0.025
gpt-5-nano input 0.05 output 0.4 cacheRead 0.005
gpt-5-pro input 15 output 120
gpt-5-search-api input 1.25 output 10 cacheRead 0.125
gpt-5.1 input 1.25 output 10 cacheRead 0.125
gpt-5.1-chat-latest input 1.25 output 10 cacheRead 0.125
gpt-5.1-codex input 1.25 output 10 cacheRead 0.125
gpt-5.1-codex-max input 1.25 output 10 cacheRead 0.125
gpt-5.1-codex-mini input 0.25 output 2 cacheRead 0.025
gpt-5.2 input 1.75 output 14 cacheRead 0.175
gpt-5.2-chat-latest input 1.75 output 14 cacheRead 0.175
gpt-5.2-codex input 1.75 output 14 cacheRead 0.175
gpt-5.2-pro input 21 output 168
gpt-5.3-codex input 1.75 output 14 cacheRead 0.175
gpt-5.4 input 2.5 output 15 cacheRead 0.25 above 272000 input 5 output 22.5 cacheRead 0.5
gpt-5.4-mini input 0.75 output 4.5 cacheRead 0.075
gpt-5.4-nano input 0.2 output 1.25 cacheRead 0.02
gpt-5.4-pro input 30 output 180 above 272000 input 60 output 270
gpt-5.5 input 5 output 30 cacheRead 0.5 above 272000 input 10 output 45 cacheRead 1
gpt-5.5-chat-latest input 5 output 30 cacheRead 0.5
gpt-5.5-pro input 30 output 180 above 272000 input 60 output 270
gpt-5.6 input 4 output 20 cacheRead 0.4 cacheWrite5m 5 above 272000 input 8 output 30 cacheRead 0.8 cacheWrite5m 10
gpt-5.6-cyber input 12.5 output 75 cacheRead 1.25 cacheWrite5m 15.625
gpt-5.6-luna input 0.2 output 1.2 cacheRead 0.02 cacheWrite5m 0.25 above 272000 input 0.4 output 1.8 cacheRead 0.04 cacheWrite5m 0.5
gpt-5.6-sol input 4 output 20 cacheRead 0.4 cacheWrite5m 5 above 272000 input 8 output 30 cacheRead 0.8 cacheWrite5m 10
gpt-5.6-terra input 2 output 12 cacheRead 0.2 cacheWrite5m 2.5 above 272000 input 4 output 18 cacheRead 0.4 cacheWrite5m 5
gpt-6-astra input 10 output 50 cacheRead 1 cacheWrite5m 12.5 above 272000 input 20 output 75 cacheRead 2 cacheWrite5m 25
gpt-6-luna input 0.1 output 0.5 cacheRead 0.01 cacheWrite5m 0.125 above 272000 input 0.2 output 0.75 cacheRead 0.02 cacheWrite5m 0.25
gpt-6-sol input 2 output 10 cacheRead 0.2 cacheWrite5m 2.5 above 272000 input 4 output 15 cacheRead 0.4 cacheWrite5m 5
gpt-daybreak-blue-latest input 4 output 20 cacheRead 0.4 cacheWrite5m 5 above 272000 input 8 output 30 cacheRead 0.8 cacheWrite5m 10
gpt-daybreak-red-latest input 12.5 output 75 cacheRead 1.25 cacheWrite5m 15.625
o1 input 15 output 60 cacheRead 7.5
o1-2024-12-17 input 15 output 60 cacheRead 7.5
o1-mini input 1.1 output 4.4 cacheRead 0.55
o1-preview input 15 output 60
o1-pro input 150 output 600
o3 input 2 output 8 cacheRead 0.5
o3-deep-research input 10 output 40 cacheRead 2.5
o3-mini input 1.1 output 4.4 cacheRead 0.55
o3-pro input 20 output 80
o4-mini input 1.1 output 4.4 cacheRead 0.275
o4-mini-deep-research input 2 output 8 cacheRead 0.5
text-embedding-3-large input 0.13 output 0
text-embedding-3-small input 0.02 output 0
text-embedding-ada-002 input 0.1 output 0
anthropic
claude-3-5-haiku-latest input 0.8 output 4 cacheRead 0.08 cacheWrite5m 1 cacheWrite1h 1.6
claude-3-7-sonnet-latest input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
claude-fable-5 input 10 output 50 cacheRead 1 cacheWrite5m 12.5 cacheWrite1h 20
claude-fable-5-1 input 10 output 50 cacheRead 0.25 cacheWrite5m 12.5 cacheWrite1h 20
claude-haiku-4-5 input 1 output 5 cacheRead 0.1 cacheWrite5m 1.25 cacheWrite1h 2
claude-mythos-5 input 10 output 50 cacheRead 1 cacheWrite5m 12.5 cacheWrite1h 20
claude-mythos-5-1 input 10 output 50 cacheRead 0.25 cacheWrite5m 12.5 cacheWrite1h 20
claude-opus-4-0 input 15 output 75 cacheRead 1.5 cacheWrite5m 18.75 cacheWrite1h 30
claude-opus-4-1 input 15 output 75 cacheRead 1.5 cacheWrite5m 18.75 cacheWrite1h 30
claude-opus-4-5 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
claude-opus-4-6 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
claude-opus-4-7 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
claude-opus-4-8 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
claude-opus-5 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
claude-opus-5-5 input 4 output 20 cacheRead 0.2 cacheWrite5m 5 cacheWrite1h 8
claude-sonnet-4-0 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
claude-sonnet-4-5 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6 above 200000 input 6 output 22.5 cacheRead 0.6 cacheWrite5m 7.5 cacheWrite1h 12
claude-sonnet-4-6 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
claude-sonnet-5 input 2 output 10 cacheRead 0.2 cacheWrite5m 2.5 cacheWrite1h 4
google
gemini-1.5-flash input 0.075 output 0.3 cacheRead 0.0075 above 128000 input 0.15 output 0.6
gemini-1.5-flash-8b input 0.0375 output 0.15 cacheRead 0.00375 above 128000 input 0.075 output 0.3
gemini-1.5-flash-latest input 0.075 output 0.3 cacheRead 0.0075 above 128000 input 0.15 output 0.6
gemini-1.5-pro input 1.25 output 5 cacheRead 0.125 above 128000 input 2.5 output 10
gemini-1.5-pro-latest input 1.25 output 5 cacheRead 0.125 above 128000 input 2.5 output 10
gemini-2.0-flash input 0.1 output 0.4 cacheRead 0.025
gemini-2.0-flash-lite input 0.075 output 0.3
gemini-2.5-computer-use-preview-10-2025 input 1.25 output 10 above 200000 input 2.5 output 15
gemini-2.5-flash input 0.3 output 2.5 cacheRead 0.03
gemini-2.5-flash-lite input 0.1 output 0.4 cacheRead 0.01
gemini-2.5-flash-lite-preview-09-2025 input 0.1 output 0.4 cacheRead 0.01
gemini-2.5-flash-preview input 0.3 output 2.5 cacheRead 0.03
gemini-2.5-pro input 1.25 output 10 cacheRead 0.125 above 200000 input 2.5 output 15 cacheRead 0.25
gemini-2.5-pro-preview input 1.25 output 10 cacheRead 0.125 above 200000 input 2.5 output 15 cacheRead 0.25
gemini-3-flash input 0.5 output 3 cacheRead 0.05
gemini-3-flash-preview input 0.5 output 3 cacheRead 0.05
gemini-3-pro input 2 output 12 cacheRead 0.2 above 200000 input 4 output 18 cacheRead 0.4
gemini-3-pro-preview input 2 output 12 cacheRead 0.2 above 200000 input 4 output 18 cacheRead 0.4
gemini-3.1-flash-lite input 0.25 output 1.5 cacheRead 0.025
gemini-3.1-flash-lite-preview input 0.25 output 1.5 cacheRead 0.025
gemini-3.1-pro-preview input 2 output 12 cacheRead 0.2 above 200000 input 4 output 18 cacheRead 0.4
gemini-3.1-pro-preview-customtools input 2 output 12 cacheRead 0.2 above 200000 input 4 output 18 cacheRead 0.4
gemini-3.5-flash input 1.5 output 9 cacheRead 0.15
gemini-3.5-flash-lite input 0.3 output 2.5 cacheRead 0.03
gemini-3.6-flash input 1.5 output 7.5 cacheRead 0.15
gemini-3.7-flash input 0.75 output 3.75 cacheRead 0.075
gemini-3.8-flash input 0.75 output 3.75 cacheRead 0.075
gemini-embedding-001 input 0.15 output 0
gemini-embedding-2 input 0.2 output 0
gemini-robotics-er-1.6-preview input 1 output 5
gemini-robotics-er-2-preview input 2 output 10 cacheRead 0.2
gemini-robotics-er-2-streaming-preview input 2 output 10
xai
grok-2 input 2 output 10 cacheRead 0.5
grok-2-1212 input 2 output 10 cacheRead 0.5
grok-2-latest input 2 output 10 cacheRead 0.5
grok-2-vision input 2 output 10 cacheRead 0.5
grok-2-vision-1212 input 2 output 10 cacheRead 0.5
grok-2-vision-latest input 2 output 10 cacheRead 0.5
grok-3 input 3 output 15 cacheRead 0.75
grok-3-fast input 3 output 15 cacheRead 0.75
grok-3-fast-latest input 3 output 15 cacheRead 0.75
grok-3-latest input 3 output 15 cacheRead 0.75
grok-3-mini input 0.3 output 0.5 cacheRead 0.075
grok-3-mini-fast input 0.3 output 0.5 cacheRead 0.075
grok-3-mini-fast-latest input 0.3 output 0.5 cacheRead 0.075
grok-3-mini-latest input 0.3 output 0.5 cacheRead 0.075
grok-4 input 3 output 15 cacheRead 0.75
grok-4-0709 input 3 output 15 cacheRead 0.75
grok-4-1-fast-non-reasoning input 0.2 output 0.5 cacheRead 0.05 above 128000 input 0.4 output 1
grok-4-1-fast-reasoning input 0.2 output 0.5 cacheRead 0.05 above 128000 input 0.4 output 1
grok-4-fast-non-reasoning input 0.2 output 0.5 cacheRead 0.05 above 128000 input 0.4 output 1
grok-4-fast-reasoning input 0.2 output 0.5 cacheRead 0.05 above 128000 input 0.4 output 1
grok-4.20-0309-non-reasoning input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.20-0309-reasoning input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.20-multi-agent input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.20-multi-agent-0309 input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.20-non-reasoning input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.20-reasoning input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.3 input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.3-latest input 1.25 output 2.5 cacheRead 0.2 above 199999 input 2.5 output 5 cacheRead 0.4
grok-4.5 input 2 output 6 cacheRead 0.3 above 199999 input 4 output 12 cacheRead 0.6
grok-4.5-latest input 2 output 6 cacheRead 0.3 above 199999 input 4 output 12 cacheRead 0.6
grok-4.6 input 2 output 6 cacheRead 0.5 above 199999 input 4 output 12 cacheRead 1
grok-4.7 input 2 output 6 cacheRead 0.5 above 199999 input 4 output 12 cacheRead 1
grok-beta input 5 output 15
grok-build-0.1 input 1 output 2 cacheRead 0.2 above 199999 input 2 output 4 cacheRead 0.4
grok-build-latest input 2 output 6 cacheRead 0.3 above 199999 input 4 output 12 cacheRead 0.6
grok-code-fast input 1 output 2 cacheRead 0.2 above 199999 input 2 output 4 cacheRead 0.4
grok-code-fast-1 input 1 output 2 cacheRead 0.2 above 199999 input 2 output 4 cacheRead 0.4
deepseek
deepseek-chat input 0.3 output 1.2 cacheRead 0.006
deepseek-coder input 0.14 output 0.28 cacheRead 0.014
deepseek-flash input 0.3 output 1.2 cacheRead 0.006
deepseek-r1 input 0.56 output 2.19 cacheRead 0.14
deepseek-r1-0528 input 0.56 output 2.19 cacheRead 0.14
deepseek-r1-distill-llama-70b input 0.56 output 0.77 cacheRead 0.14
deepseek-r1-distill-qwen-32b input 0.28 output 0.42 cacheRead 0.07
deepseek-reasoner input 0.3 output 1.2 cacheRead 0.006
deepseek-v3 input 0.28 output 0.42 cacheRead 0.028
deepseek-v3.2 input 0.28 output 0.42 cacheRead 0.028
deepseek-v3.2-exp input 0.28 output 0.42 cacheRead 0.028
deepseek-v4-flash input 0.3 output 1.2 cacheRead 0.006
deepseek-v4-flash-vision-exp input 0.3 output 1.2 cacheRead 0.006
deepseek-v4-pro input 0.3 output 1.2 cacheRead 0.006
deepseek-v4.1-flash input 0.3 output 1.2 cacheRead 0.006
perplexity
pplx-embed-context-v1-0.6b input 0.008 output 0
pplx-embed-context-v1-4b input 0.05 output 0
pplx-embed-v1-0.6b input 0.004 output 0
pplx-embed-v1-4b input 0.03 output 0
sonar input 1 output 1
sonar-deep-research input 2 output 8
sonar-pro input 3 output 15
sonar-reasoning input 1 output 5
sonar-reasoning-pro input 2 output 8
sonar-small input 1 output 1
mistral
codestral-2508 input 0.3 output 0.9 cacheRead 0.03
codestral-embed input 0.15 output 0
codestral-latest input 0.3 output 0.9 cacheRead 0.03
devstral-2512 input 0.4 output 0.9
devstral-medium input 0.4 output 2 cacheRead 0.04
devstral-medium-latest input 0.4 output 2 cacheRead 0.04
devstral-small input 0.1 output 0.3 cacheRead 0.01
devstral-small-latest input 0.1 output 0.3 cacheRead 0.01
magistral-medium-2506 input 2 output 5
magistral-medium-2507 input 2 output 5
magistral-medium-latest input 2 output 5 cacheRead 0.2
magistral-small-2506 input 0.5 output 1.5
magistral-small-2507 input 0.5 output 1.5
magistral-small-latest input 0.5 output 1.5 cacheRead 0.05
ministral-14b-2512 input 0.2 output 0.2 cacheRead 0.02
ministral-14b-latest input 0.2 output 0.2 cacheRead 0.02
ministral-3b input 0.04 output 0.04
ministral-3b-2512 input 0.1 output 0.1 cacheRead 0.01
ministral-3b-latest input 0.1 output 0.1 cacheRead 0.01
ministral-8b input 0.1 output 0.1
ministral-8b-2512 input 0.15 output 0.15 cacheRead 0.015
ministral-8b-latest input 0.15 output 0.15 cacheRead 0.015
mistral-embed input 0.1 output 0
mistral-large input 0.5 output 1.5 cacheRead 0.05
mistral-large-2411 input 2 output 6
mistral-large-2512 input 0.5 output 1.5 cacheRead 0.05
mistral-large-latest input 0.5 output 1.5 cacheRead 0.05
mistral-medium-2505 input 0.4 output 2
mistral-medium-2508 input 0.4 output 2
mistral-medium-2604 input 1.5 output 7.5 cacheRead 0.15
mistral-medium-3 input 0.4 output 2
mistral-medium-3.1 input 0.4 output 2
mistral-medium-latest input 1.5 output 7.5 cacheRead 0.15
mistral-nemo input 0.02 output 0.03
mistral-saba input 0.2 output 0.6
mistral-small input 0.1 output 0.3
mistral-small-24b-instruct-2501 input 0.05 output 0.08
mistral-small-2603 input 0.15 output 0.6 cacheRead 0.015
mistral-small-3.1-24b-instruct input 0.1 output 0.3
mistral-small-3.2-24b-instruct input 0.075 output 0.2
mistral-small-latest input 0.15 output 0.6 cacheRead 0.015
open-mistral-7b input 0.25 output 0.25
open-mistral-nemo input 0.15 output 0.15
open-mixtral-8x22b input 2 output 6
open-mixtral-8x7b input 0.7 output 0.7
pixtral-12b input 0.1 output 0.1
pixtral-12b-2409 input 0.1 output 0.1
pixtral-large-latest input 2 output 6
voxtral-small-24b-2507 input 0.1 output 0.3
zai-glm-5-3 input 1.4 output 4.4 cacheRead 0.14
groq
deepseek-r1-distill-llama-70b input 0.75 output 0.99
llama-3.1-8b-instant input 0.05 output 0.08
llama-3.3-70b-versatile input 0.59 output 0.79
meta-llama/llama-4-maverick-17b-128e-instruct input 0.27 output 0.85
meta-llama/llama-4-scout-17b-16e-instruct input 0.11 output 0.34
moonshotai/kimi-k2-instruct input 1 output 3 cacheRead 0.5
moonshotai/kimi-k2-instruct-0905 input 1 output 3 cacheRead 0.5
openai/gpt-oss-120b input 0.15 output 0.6 cacheRead 0.075
openai/gpt-oss-20b input 0.075 output 0.3 cacheRead 0.0375
qwen/qwen3-32b input 0.29 output 0.59
cerebras
gpt-oss-120b input 0.35 output 0.75
llama-3.3-70b input 0.85 output 1.2
llama-4-scout-17b-16e-instruct input 0.65 output 0.85
llama3.1-8b input 0.1 output 0.1
llama3.3-70b input 0.85 output 1.2
qwen-3-235b-a22b-instruct-2507 input 0.6 output 1.2
qwen-3-235b-a22b-thinking-2507 input 0.6 output 1.2
qwen-3-32b input 0.4 output 0.8
qwen-3-coder-480b input 2 output 2
cohere
c4ai-aya-expanse-32b input 0.5 output 1.5
c4ai-aya-expanse-8b input 0.5 output 1.5
command input 1 output 2
command-a-03-2025 input 2.5 output 10
command-a-reasoning-08-2025 input 2.5 output 10
command-a-vision-07-2025 input 2.5 output 10
command-light input 0.3 output 0.6
command-r input 0.15 output 0.6
command-r-03-2024 input 0.5 output 1.5
command-r-08-2024 input 0.15 output 0.6
command-r-plus input 2.5 output 10
command-r-plus-04-2024 input 3 output 15
command-r-plus-08-2024 input 2.5 output 10
command-r7b-12-2024 input 0.0375 output 0.15
embed-english-v3.0 input 0.1 output 0
embed-multilingual-v3.0 input 0.1 output 0
embed-v4.0 input 0.12 output 0
togetherai
MiniMaxAI/MiniMax-M2.7 input 0.3 output 1.2
Qwen/Qwen2.5-72B-Instruct-Turbo input 1.2 output 1.2
Qwen/Qwen2.5-7B-Instruct-Turbo input 0.3 output 0.3
Qwen/Qwen3-Coder-480B-A35B-Instruct input 2 output 2
deepseek-ai/DeepSeek-R1-0528 input 3 output 7
deepseek-ai/DeepSeek-V3 input 0.6 output 1.7
deepseek-ai/DeepSeek-V3.1 input 0.6 output 1.7
deepseek-ai/DeepSeek-V4-Pro input 2.1 output 4.4
meta-llama/Llama-3.3-70B-Instruct-Turbo input 0.88 output 0.88
meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 input 0.27 output 0.85
meta-llama/Llama-4-Scout-17B-16E-Instruct input 0.18 output 0.59
meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo input 3.5 output 3.5
meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo input 0.88 output 0.88
mistralai/Mixtral-8x22B-Instruct-v0.1 input 1.2 output 1.2
moonshotai/Kimi-K2.5 input 0.5 output 2.8
moonshotai/Kimi-K2.6 input 1.2 output 4.5
openai/gpt-oss-120b input 0.15 output 0.6
openai/gpt-oss-20b input 0.05 output 0.2
zai-org/GLM-5 input 1 output 3.2
zai-org/GLM-5.1 input 1.4 output 4.4
fireworks
accounts/fireworks/models/deepseek-r1 input 3 output 8
accounts/fireworks/models/deepseek-v3 input 0.56 output 1.68 cacheRead 0.28
accounts/fireworks/models/deepseek-v4-pro input 1.74 output 3.48 cacheRead 0.145
accounts/fireworks/models/glm-4p7 input 0.6 output 2.2
accounts/fireworks/models/glm-5 input 1 output 3.2
accounts/fireworks/models/glm-5p1 input 1.4 output 4.4
accounts/fireworks/models/gpt-oss-120b input 0.15 output 0.6
accounts/fireworks/models/gpt-oss-20b input 0.07 output 0.3
accounts/fireworks/models/kimi-k2p5 input 0.6 output 3
accounts/fireworks/models/kimi-k2p6 input 0.95 output 4
accounts/fireworks/models/llama-v3p3-70b-instruct input 0.9 output 0.9
accounts/fireworks/models/minimax-m2p5 input 0.3 output 1.2
accounts/fireworks/models/minimax-m2p7 input 0.3 output 1.2
accounts/fireworks/models/qwen3-235b input 0.22 output 0.88 cacheRead 0.11
accounts/fireworks/models/qwen3-vl-30b-a3b-thinking input 0.15 output 0.6
openrouter
amazon/nova-2-lite-v1 input 0.3 output 2.5
amazon/nova-lite-v1 input 0.06 output 0.24
amazon/nova-micro-v1 input 0.035 output 0.14
amazon/nova-premier-v1 input 2.5 output 12.5 cacheRead 0.625
amazon/nova-pro-v1 input 0.8 output 3.2
anthropic/claude-3-haiku input 0.25 output 1.25 cacheRead 0.03 cacheWrite5m 0.3 cacheWrite1h 0.5
anthropic/claude-3.5-haiku input 0.8 output 4 cacheRead 0.08 cacheWrite5m 1 cacheWrite1h 1.6
anthropic/claude-3.7-sonnet input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
anthropic/claude-haiku-4.5 input 1 output 5 cacheRead 0.1 cacheWrite5m 1.25 cacheWrite1h 2
anthropic/claude-opus-4 input 15 output 75 cacheRead 1.5 cacheWrite5m 18.75 cacheWrite1h 30
anthropic/claude-opus-4.1 input 15 output 75 cacheRead 1.5 cacheWrite5m 18.75 cacheWrite1h 30
anthropic/claude-opus-4.5 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
anthropic/claude-opus-4.6 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
anthropic/claude-opus-4.6-fast input 30 output 150 cacheRead 3 cacheWrite5m 37.5 cacheWrite1h 60
anthropic/claude-opus-4.7 input 5 output 25 cacheRead 0.5 cacheWrite5m 6.25 cacheWrite1h 10
anthropic/claude-sonnet-4 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
anthropic/claude-sonnet-4.5 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
anthropic/claude-sonnet-4.6 input 3 output 15 cacheRead 0.3 cacheWrite5m 3.75 cacheWrite1h 6
cohere/command-a input 2.5 output 10
cohere/command-r-08-2024 input 0.15 output 0.6
cohere/command-r-plus-08-2024 input 2.5 output 10
cohere/command-r7b-12-2024 input 0.0375 output 0.15
deepseek/deepseek-chat input 0.32 output 0.89
deepseek/deepseek-chat-v3-0324 input 0.2 output 0.77 cacheRead 0.135
deepseek/deepseek-chat-v3.1 input 0.15 output 0.75
deepseek/deepseek-r1 input 0.7 output 2.5
deepseek/deepseek-r1-0528 input 0.5 output 2.15 cacheRead 0.35
deepseek/deepseek-r1-distill-llama-70b input 0.7 output 0.8
deepseek/deepseek-r1-distill-qwen-32b input 0.29 output 0.29
deepseek/deepseek-v3.1-terminus input 0.27 output 0.95 cacheRead 0.13
deepseek/deepseek-v3.2 input 0.252 output 0.378 cacheRead 0.0252
deepseek/deepseek-v3.2-exp input 0.27 output 0.41
deepseek/deepseek-v3.2-speciale input 0.287 output 0.431 cacheRead 0.058
deepseek/deepseek-v4-flash input 0.14 output 0.28 cacheRead 0.0028
deepseek/deepseek-v4-pro input 0.435 output 0.87 cacheRead 0.003625
google/gemini-2.0-flash-001 input 0.1 output 0.4 cacheRead 0.025
google/gemini-2.0-flash-lite-001 input 0.075 output 0.3
google/gemini-2.5-flash input 0.3 output 2.5 cacheRead 0.03
google/gemini-2.5-flash-lite input 0.1 output 0.4 cacheRead 0.01
google/gemini-2.5-flash-lite-preview-09-2025 input 0.1 output 0.4 cacheRead 0.01
google/gemini-2.5-pro input 1.25 output 10 cacheRead 0.125
google/gemini-2.5-pro-preview input 1.25 output 10 cacheRead 0.125
google/gemini-2.5-pro-preview-05-06 input 1.25 output 10 cacheRead 0.125
google/gemini-3-flash-preview input 0.5 output 3 cacheRead 0.05
google/gemini-3.1-flash-lite input 0.25 output 1.5 cacheRead 0.025
google/gemini-3.1-flash-lite-preview input 0.25 output 1.5 cacheRead 0.025
google/gemini-3.1-pro-preview input 2 output 12 cacheRead 0.2
google/gemini-3.1-pro-preview-customtools input 2 output 12 cacheRead 0.2
google/gemma-2-27b-it input 0.65 output 0.65
google/gemma-3-12b-it input 0.04 output 0.13
google/gemma-3-27b-it input 0.08 output 0.16
google/gemma-3-4b-it input 0.04 output 0.08
google/gemma-3n-e4b-it input 0.06 output 0.12
google/gemma-4-26b-a4b-it input 0.06 output 0.33
google/gemma-4-31b-it input 0.13 output 0.38
inflection/inflection-3-pi input 2.5 output 10
inflection/inflection-3-productivity input 2.5 output 10
meta-llama/llama-3-70b-instruct input 0.51 output 0.74
meta-llama/llama-3-8b-instruct input 0.04 output 0.04
meta-llama/llama-3.1-70b-instruct input 0.4 output 0.4
meta-llama/llama-3.1-8b-instruct input 0.02 output 0.05
meta-llama/llama-3.2-11b-vision-instruct input 0.245 output 0.245
meta-llama/llama-3.2-1b-instruct input 0.027 output 0.2
meta-llama/llama-3.2-3b-instruct input 0.051 output 0.34
meta-llama/llama-3.3-70b-instruct input 0.1 output 0.32
meta-llama/llama-4-maverick input 0.15 output 0.6
meta-llama/llama-4-scout input 0.08 output 0.3
meta-llama/llama-guard-3-8b input 0.48 output 0.03
meta-llama/llama-guard-4-12b input 0.18 output 0.18
microsoft/phi-4 input 0.065 output 0.14
microsoft/phi-4-mini-instruct input 0.08 output 0.35 cacheRead 0.08
microsoft/wizardlm-2-8x22b input 0.62 output 0.62
mistralai/codestral-2508 input 0.3 output 0.9 cacheRead 0.03
mistralai/devstral-2512 input 0.4 output 2 cacheRead 0.04
mistralai/devstral-medium input 0.4 output 2 cacheRead 0.04
mistralai/devstral-small input 0.1 output 0.3 cacheRead 0.01
mistralai/ministral-14b-2512 input 0.2 output 0.2 cacheRead 0.02
mistralai/ministral-3b-2512 input 0.1 output 0.1 cacheRead 0.01
mistralai/ministral-8b-2512 input 0.15 output 0.15 cacheRead 0.015
mistralai/mistral-7b-instruct-v0.1 input 0.11 output 0.19
mistralai/mistral-large input 2 output 6 cacheRead 0.2
mistralai/mistral-large-2407 input 2 output 6 cacheRead 0.2
mistralai/mistral-large-2411 input 2 output 6 cacheRead 0.2
mistralai/mistral-large-2512 input 0.5 output 1.5 cacheRead 0.05
mistralai/mistral-medium-3 input 0.4 output 2 cacheRead 0.04
mistralai/mistral-medium-3-5 input 1.5 output 7.5
mistralai/mistral-medium-3.1 input 0.4 output 2 cacheRead 0.04
mistralai/mistral-nemo input 0.02 output 0.03
mistralai/mistral-saba input 0.2 output 0.6 cacheRead 0.02
mistralai/mistral-small-24b-instruct-2501 input 0.05 output 0.08
mistralai/mistral-small-2603 input 0.15 output 0.6 cacheRead 0.015
mistralai/mistral-small-3.1-24b-instruct input 0.35 output 0.56
mistralai/mistral-small-3.2-24b-instruct input 0.075 output 0.2
mistralai/mixtral-8x22b-instruct input 2 output 6 cacheRead 0.2
mistralai/pixtral-large-2411 input 2 output 6 cacheRead 0.2
mistralai/voxtral-small-24b-2507 input 0.1 output 0.3 cacheRead 0.01
moonshotai/kimi-k2 input 0.57 output 2.3
moonshotai/kimi-k2-0905 input 0.4 output 2
moonshotai/kimi-k2-thinking input 0.6 output 2.5 cacheRead 0.15
moonshotai/kimi-k2.5 input 0.44 output 2 cacheRead 0.22
moonshotai/kimi-k2.6 input 0.75 output 3.5 cacheRead 0.15
moonshotai/kimi-k2.7-code input 0.71 output 3.5
moonshotai/kimi-k3 input 3 output 15 cacheRead 0.3
nousresearch/hermes-2-pro-llama-3-8b input 0.14 output 0.14
nousresearch/hermes-3-llama-3.1-405b input 1 output 1
nousresearch/hermes-3-llama-3.1-70b input 0.3 output 0.3
nousresearch/hermes-4-405b input 1 output 3
nousresearch/hermes-4-70b input 0.13 output 0.4
nvidia/llama-3.3-nemotron-super-49b-v1.5 input 0.1 output 0.4
nvidia/nemotron-3-nano-30b-a3b input 0.05 output 0.2
nvidia/nemotron-3-super-120b-a12b input 0.09 output 0.45
nvidia/nemotron-nano-9b-v2 input 0.04 output 0.16
openai/gpt-3.5-turbo input 0.5 output 1.5
openai/gpt-3.5-turbo-0613 input 1 output 2
openai/gpt-3.5-turbo-16k input 3 output 4
openai/gpt-3.5-turbo-instruct input 1.5 output 2
openai/gpt-4 input 30 output 60
openai/gpt-4-0314 input 30 output 60
openai/gpt-4-1106-preview input 10 output 30
openai/gpt-4-turbo input 10 output 30
openai/gpt-4-turbo-preview input 10 output 30
openai/gpt-4.1 input 2 output 8 cacheRead 0.5
openai/gpt-4.1-mini input 0.4 output 1.6 cacheRead 0.1
openai/gpt-4.1-nano input 0.1 output 0.4 cacheRead 0.025
openai/gpt-4o input 2.5 output 10
openai/gpt-4o-2024-05-13 input 5 output 15
openai/gpt-4o-2024-08-06 input 2.5 output 10 cacheRead 1.25
openai/gpt-4o-2024-11-20 input 2.5 output 10 cacheRead 1.25
openai/gpt-4o-mini input 0.15 output 0.6 cacheRead 0.075
openai/gpt-4o-mini-2024-07-18 input 0.15 output 0.6 cacheRead 0.075
openai/gpt-4o-mini-search-preview input 0.15 output 0.6
openai/gpt-4o-search-preview input 2.5 output 10
openai/gpt-5 input 1.25 output 10 cacheRead 0.125
openai/gpt-5-chat input 1.25 output 10 cacheRead 0.125
openai/gpt-5-codex input 1.25 output 10 cacheRead 0.125
openai/gpt-5-mini input 0.25 output 2 cacheRead 0.025
openai/gpt-5-nano input 0.05 output 0.4 cacheRead 0.01
openai/gpt-5-pro input 15 output 120
openai/gpt-5.1 input 1.25 output 10 cacheRead 0.13
openai/gpt-5.1-chat input 1.25 output 10 cacheRead 0.125
openai/gpt-5.1-codex input 1.25 output 10 cacheRead 0.125
openai/gpt-5.1-codex-max input 1.25 output 10 cacheRead 0.125
openai/gpt-5.1-codex-mini input 0.25 output 2 cacheRead 0.03
openai/gpt-5.2 input 1.75 output 14 cacheRead 0.175
openai/gpt-5.2-chat input 1.75 output 14 cacheRead 0.175
openai/gpt-5.2-codex input 1.75 output 14 cacheRead 0.175
openai/gpt-5.2-pro input 21 output 168
openai/gpt-5.3-chat input 1.75 output 14 cacheRead 0.175
openai/gpt-5.3-codex input 1.75 output 14 cacheRead 0.175
openai/gpt-5.4 input 2.5 output 15 cacheRead 0.25
openai/gpt-5.4-mini input 0.75 output 4.5 cacheRead 0.075
openai/gpt-5.4-nano input 0.2 output 1.25 cacheRead 0.02
openai/gpt-5.4-pro input 30 output 180
openai/gpt-5.5 input 5 output 30 cacheRead 0.5
openai/gpt-5.5-pro input 30 output 180
openai/gpt-chat-latest input 5 output 30 cacheRead 0.5
openai/gpt-oss-120b input 0.039 output 0.18
openai/gpt-oss-20b input 0.03 output 0.14
openai/gpt-oss-safeguard-20b input 0.075 output 0.3 cacheRead 0.037
openai/o1 input 15 output 60 cacheRead 7.5
openai/o1-pro input 150 output 600
openai/o3 input 2 output 8 cacheRead 0.5
openai/o3-deep-research input 10 output 40 cacheRead 2.5
openai/o3-mini input 1.1 output 4.4 cacheRead 0.55
openai/o3-mini-high input 1.1 output 4.4 cacheRead 0.55
openai/o3-pro input 20 output 80
openai/o4-mini input 1.1 output 4.4 cacheRead 0.275
openai/o4-mini-deep-research input 2 output 8 cacheRead 0.5
openai/o4-mini-high input 1.1 output 4.4 cacheRead 0.275
perplexity/sonar input 1 output 1
perplexity/sonar-pro input 3 output 15
perplexity/sonar-pro-search input 3 output 15
perplexity/sonar-reasoning-pro input 2 output 8
qwen/qwen-2.5-72b-instruct input 0.36 output 0.4
qwen/qwen-2.5-7b-instruct input 0.04 output 0.1
qwen/qwen-2.5-coder-32b-instruct input 0.66 output 1
qwen/qwen-max input 1.04 output 4.16 cacheRead 0.208
qwen/qwen-plus input 0.26 output 0.78 cacheRead 0.052 cacheWrite5m 0.325
qwen/qwen-plus-2025-07-28 input 0.26 output 0.78 cacheWrite5m 0.325
qwen/qwen-turbo input 0.0325 output 0.13 cacheRead 0.0065
qwen/qwen-vl-max input 0.52 output 2.08
qwen/qwen-vl-plus input 0.1365 output 0.4095 cacheRead 0.0273
qwen/qwen2.5-vl-72b-instruct input 0.25 output 0.75
qwen/qwen3-14b input 0.06 output 0.24
qwen/qwen3-235b-a22b input 0.455 output 1.82
qwen/qwen3-235b-a22b-2507 input 0.071 output 0.1
qwen/qwen3-235b-a22b-thinking-2507 input 0.1495 output 1.495
qwen/qwen3-30b-a3b input 0.09 output 0.45
qwen/qwen3-30b-a3b-instruct-2507 input 0.09 output 0.3
qwen/qwen3-30b-a3b-thinking-2507 input 0.08 output 0.4 cacheRead 0.08
qwen/qwen3-32b input 0.08 output 0.24 cacheRead 0.04
qwen/qwen3-8b input 0.05 output 0.4 cacheRead 0.05
qwen/qwen3-coder input 0.22 output 1.8
qwen/qwen3-coder-30b-a3b-instruct input 0.07 output 0.27
qwen/qwen3-coder-flash input 0.195 output 0.975 cacheRead 0.039 cacheWrite5m 0.24375
qwen/qwen3-coder-next input 0.11 output 0.8 cacheRead 0.07
qwen/qwen3-coder-plus input 0.65 output 3.25 cacheRead 0.13 cacheWrite5m 0.8125
qwen/qwen3-max input 0.78 output 3.9 cacheRead 0.156 cacheWrite5m 0.975
qwen/qwen3-max-thinking input 0.78 output 3.9
qwen/qwen3-next-80b-a3b-instruct input 0.09 output 1.1
qwen/qwen3-next-80b-a3b-thinking input 0.0975 output 0.78
qwen/qwen3-vl-235b-a22b-instruct input 0.2 output 0.88 cacheRead 0.11
qwen/qwen3-vl-235b-a22b-thinking input 0.26 output 2.6
qwen/qwen3-vl-30b-a3b-instruct input 0.13 output 0.52
qwen/qwen3-vl-30b-a3b-thinking input 0.13 output 1.56
qwen/qwen3-vl-32b-instruct input 0.104 output 0.416
qwen/qwen3-vl-8b-instruct input 0.08 output 0.5
qwen/qwen3-vl-8b-thinking input 0.117 output 1.365
qwen/qwen3.5-122b-a10b input 0.26 output 2.08
qwen/qwen3.5-27b input 0.195 output 1.56
qwen/qwen3.5-35b-a3b input 0.14 output 1 cacheRead 0.05
qwen/qwen3.5-397b-a17b input 0.39 output 2.34 cacheRead 0.195
qwen/qwen3.5-9b input 0.04 output 0.15
qwen/qwen3.5-flash-02-23 input 0.065 output 0.26 cacheWrite5m 0.08125
qwen/qwen3.5-plus-02-15 input 0.26 output 1.56 cacheWrite5m 0.325
qwen/qwen3.5-plus-20260420 input 0.4 output 2.4
qwen/qwen3.6-27b input 0.32 output 3.2
qwen/qwen3.6-35b-a3b input 0.15 output 1 cacheRead 0.05
qwen/qwen3.6-flash input 0.25 output 1.5 cacheWrite5m 0.3125
qwen/qwen3.6-max-preview input 1.04 output 6.24 cacheWrite5m 1.3
qwen/qwen3.6-plus input 0.325 output 1.95 cacheWrite5m 0.40625
x-ai/grok-3 input 3 output 15 cacheRead 0.75
x-ai/grok-3-beta input 3 output 15 cacheRead 0.75
x-ai/grok-3-mini input 0.3 output 0.5 cacheRead 0.075
x-ai/grok-3-mini-beta input 0.3 output 0.5 cacheRead 0.075
x-ai/grok-4 input 3 output 15 cacheRead 0.75
x-ai/grok-4-fast input 0.2 output 0.5 cacheRead 0.05
x-ai/grok-4.1-fast input 0.2 output 0.5 cacheRead 0.05
x-ai/grok-4.20 input 1.25 output 2.5 cacheRead 0.2
x-ai/grok-4.20-multi-agent input 2 output 6 cacheRead 0.2
x-ai/grok-4.3 input 1.25 output 2.5 cacheRead 0.2
x-ai/grok-code-fast-1 input 0.2 output 1.5 cacheRead 0.02
glm
glm-4.5 input 0.6 output 2.2 cacheRead 0.11
glm-4.5-air input 0.2 output 1.1 cacheRead 0.03
glm-4.5-airx input 1.1 output 4.5 cacheRead 0.22
glm-4.5-x input 2.2 output 8.9 cacheRead 0.45
glm-4.5v input 0.6 output 1.8 cacheRead 0.11
glm-4.6 input 0.6 output 2.2 cacheRead 0.11
glm-4.6v input 0.3 output 0.9 cacheRead 0.05
glm-4.6v-flashx input 0.04 output 0.4 cacheRead 0.004
glm-4.7 input 0.6 output 2.2 cacheRead 0.11
glm-4.7-flashx input 0.07 output 0.4 cacheRead 0.01
glm-5 input 1 output 3.2 cacheRead 0.2
glm-5-turbo input 1.2 output 4 cacheRead 0.24
glm-5.1 input 1.4 output 4.4 cacheRead 0.26
glm-5.2 input 1.4 output 4.4 cacheRead 0.26
glm-5.3 input 1.4 output 4.4 cacheRead 0.26
glm-5.3-flash input 0.15 output 0.5 cacheRead 0.03
glm-5.3-flashx input 0.37 output 1.25 cacheRead 0.075
glm-5v-turbo input 1.2 output 4 cacheRead 0.24
glm-ocr input 0.03 output 0.03
qwen
qwen-flash input 0.05 output 0.4 cacheRead 0.005
qwen-long input 0.072 output 0.287
qwen-long-latest input 0.072 output 0.287
qwen-max input 1.04 output 4.16 cacheRead 0.208
qwen-max-latest input 1.04 output 4.16 cacheRead 0.208
qwen-plus input 0.4 output 1.2
qwen-plus-latest input 0.4 output 1.2
qwen-turbo input 0.05 output 0.2 cacheRead 0.025
qwen-turbo-latest input 0.05 output 0.2 cacheRead 0.025
qwen-vl-max input 0.52 output 2.08
qwen-vl-max-latest input 0.52 output 2.08
qwen-vl-plus input 0.1365 output 0.4095 cacheRead 0.0273
qwen2.5-14b-instruct input 0.28 output 0.56
qwen2.5-32b-instruct input 0.28 output 0.56
qwen2.5-72b-instruct input 0.36 output 0.4
qwen2.5-7b-instruct input 0.04 output 0.1
qwen2.5-coder-32b-instruct input 0.66 output 1
qwen3-coder-flash input 0.3 output 1.5
qwen3-coder-plus input 1 output 5 cacheRead 0.1
qwen3-max input 1.2 output 6 cacheRead 0.12
qwen3-max-preview input 1.2 output 6 cacheRead 0.12
qwen3-vl-flash input 0.05 output 0.4 cacheRead 0.005
qwen3-vl-plus input 0.2 output 1.6 cacheRead 0.02
qwen3.5-flash input 0.1 output 0.4 cacheRead 0.01
qwen3.5-plus input 0.4 output 2.4
qwen3.6-27b input 0.6 output 3.6
qwen3.6-35b-a3b input 0.375 output 2.25
qwen3.7-max input 2.5 output 7.5 cacheRead 0.5
qwen3.7-plus input 0.4 output 1.6 cacheRead 0.08 above 256000 input 1.2 output 4.8
qwen3.8-flash input 0.15 output 0.47 cacheRead 0.015
qwen3.8-max input 2 output 6 cacheRead 0.2 cacheWrite5m 2.5
qwen3.8-max-0902 input 2 output 6 cacheRead 0.2 cacheWrite5m 2.5
qwq-plus input 0.8 output 2.4
qwq-plus-latest input 0.8 output 2.4
moonshot
kimi-k2-thinking input 0.6 output 2.5 cacheRead 0.15
kimi-k2.5 input 0.6 output 3 cacheRead 0.1
kimi-k2.6 input 0.95 output 4 cacheRead 0.16
kimi-k2.7-code input 0.95 output 4 cacheRead 0.19
kimi-k3 input 3 output 15 cacheRead 0.3
`;
