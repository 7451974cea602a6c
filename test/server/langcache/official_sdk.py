"""Runs the examples of the official Python SDK against a server: official_sdk.py OPEN_URL CACHE LOCKED_URL READ_KEY BUSY_URL DOWN_URL.
Prints one line of JSON.

The SDK is unchanged; `asyncio` and the classes of errors are those of its README.
"""
import asyncio
import json
import sys

import httpx
from langcache import LangCache, errors
from langcache.models import SearchStrategy
from langcache.utils import BackoffStrategy, RetryConfig

url, open_cache, locked_url, read_key, busy_url, down_url = sys.argv[1:7]
PROMPT = "How does semantic caching work?"
RESPONSE = "Semantic caching stores and retrieves data based on meaning, not exact matches."
told = {}


def failure(call):
    try:
        call()
        return None
    except errors.LangCacheError as error:
        return [type(error).__name__, error.status_code, error.data.type.value]


def examples():
    with LangCache(server_url=url, cache_id=open_cache, api_key="any") as cache:
        told["empty"] = len(cache.search(prompt=PROMPT).data)
        entry = cache.set(prompt=PROMPT, response=RESPONSE)
        told["id"] = len(entry.entry_id)
        told["semantic"] = [(found.response == RESPONSE, found.search_strategy.value) for found in cache.search(prompt="Please, how does the semantic caching work?").data]
        both = cache.search(prompt=PROMPT.upper(), search_strategies=[SearchStrategy.EXACT, SearchStrategy.SEMANTIC])
        told["exact"] = [(found.similarity, found.search_strategy.value) for found in both.data]
        cache.set(prompt="two", response="x", attributes={"language": "en", "topic": "ai"}, ttl_millis=60000)
        retries = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False)
        told["deleted"] = cache.delete_query(attributes={"language": "en", "topic": "ai"}, retries=retries).deleted_entries_count
        cache.delete_by_id(entry_id=entry.entry_id)
        told["after"] = len(cache.search(prompt=PROMPT).data)
        if hasattr(cache, "flush"):
            cache.set(prompt="three", response="x")
            cache.flush()
            told["flushed"] = len(cache.search(prompt="three").data)
        if hasattr(cache, "conversational_search"):
            cache.set(prompt="four", response="x")
            found = cache.conversational_search(prompt="four", context=[], max_results=5)
            told["conversation"] = [found.actual_prompt, len(found.data)]
        told["400"] = failure(lambda: cache.set(prompt="x" * 1025, response="x"))
        told["404"] = failure(lambda: cache.delete_by_id(entry_id="f" * 32))
        told["413"] = failure(lambda: cache.set(prompt="x", response="x" * 2_000_000))

    with LangCache(server_url=locked_url, cache_id="docs", api_key="wrong") as cache:
        told["401"] = failure(lambda: cache.search(prompt=PROMPT))
    with LangCache(server_url=locked_url, cache_id="docs", api_key=read_key) as cache:
        told["403"] = failure(lambda: cache.set(prompt=PROMPT, response=RESPONSE))
    with LangCache(server_url=down_url, cache_id="docs", api_key="any") as cache:
        told["424"] = failure(lambda: cache.search(prompt=PROMPT))
    with LangCache(server_url=busy_url, cache_id="docs", api_key="any") as cache:
        cache.search(prompt=PROMPT)
        told["429"] = failure(lambda: cache.search(prompt=PROMPT))
        patient = RetryConfig("backoff", BackoffStrategy(500, 1500, 1.5, 20000), True)
        told["retried"] = len(cache.search(prompt=PROMPT, retries=patient).data)
    try:
        LangCache(server_url="http://127.0.0.1:1", cache_id="docs", api_key="any").search(prompt=PROMPT)
    except httpx.ConnectError:
        told["unreachable"] = "ConnectError"


async def asynchronous():
    async with LangCache(server_url=url, cache_id=open_cache, api_key="any") as cache:
        await cache.set_async(prompt=PROMPT, response=RESPONSE)
        told["async"] = len((await cache.search_async(prompt=PROMPT)).data)


examples()
asyncio.run(asynchronous())
print(json.dumps(told))
