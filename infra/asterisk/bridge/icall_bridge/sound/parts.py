"""Builds what makes prompts, as the settings say."""

import logging
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

from icall_bridge.metrics import Metrics
from icall_bridge.settings import NotConfigured, Settings
from icall_bridge.sound.converting import Converter
from icall_bridge.sound.fetching import Fetcher
from icall_bridge.sound.guard import Guard
from icall_bridge.sound.prompts import Patience, Prompts, Sources
from icall_bridge.sound.shelf import Bounds, Shelf
from icall_bridge.sound.voices import Espeak, Polly, S3Speech, SpeechStore, Voice, find_espeak

_THREADS = 8
"""That wait for Polly and S3: no more speech than this is made at once, which also keeps below Polly's quota."""

_QUICK = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})


def prompts_of(settings: Settings, metrics: Metrics) -> Prompts:
    """Give what makes prompts ready.

    Raises:
        NotConfigured: the voice of the settings is not there.

    """
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="speech")
    sources = Sources(
        Fetcher(settings.public_url, Guard(settings.allow_private)),
        _voice(settings, threads),
        _store(settings, threads),
    )
    shelf = Shelf(settings.cache_folder, settings.spare_folder, Bounds(settings.cache_megabytes * 2**20))
    return Prompts(sources, shelf, metrics, Patience())


def _voice(settings: Settings, threads: Executor) -> Voice | None:
    if settings.voice == "polly":
        return Polly(_client("polly", settings), threads)
    if settings.voice == "none":
        logging.getLogger(__name__).warning("no voice: callers hear recorded sounds alone")
        return None
    program = find_espeak(settings.espeak)
    if program is None:
        raise NotConfigured("ICALL_BRIDGE_VOICE is espeak, but espeak-ng is neither on PATH nor at ICALL_BRIDGE_ESPEAK")
    return Espeak(program, Converter())


def _store(settings: Settings, threads: Executor) -> SpeechStore | None:
    if not settings.speech_bucket:
        return None
    return S3Speech(_client("s3", settings), settings.speech_bucket, threads)


def _client(service: Any, settings: Settings) -> Any:
    endpoint = settings.endpoints.get(service)
    return boto3.client(service, region_name=settings.region, endpoint_url=endpoint, config=_QUICK)
