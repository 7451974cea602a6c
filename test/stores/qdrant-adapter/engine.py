"""Collections of Qdrant's own engine (PyPI `qdrant-edge-py`), spoken to in the words of Qdrant's REST API.

Only the translation is ours: storage, payload indexes, filters, conditional updates and search are the engine's. What belongs to the server and not
to its engine (collections by name, their settings and metadata) is in a JSON file beside each shard.
"""

import json
import shutil
import threading
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import UUID

import qdrant_edge as edge


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


SCHEMAS = {
    "keyword": (edge.PayloadSchemaType.Keyword, edge.KeywordIndexParams),
    "integer": (edge.PayloadSchemaType.Integer, edge.IntegerIndexParams),
    "float": (edge.PayloadSchemaType.Float, edge.FloatIndexParams),
    "uuid": (edge.PayloadSchemaType.Uuid, edge.UuidIndexParams),
}
INDEX_OPTIONS = ("is_tenant", "enable_hnsw", "lookup", "range", "is_principal")
MODES = {"upsert": edge.UpdateMode.Upsert, "insert_only": edge.UpdateMode.InsertOnly, "update_only": edge.UpdateMode.UpdateOnly}
RANGE = ("gte", "gt", "lte", "lt")


def condition_of(given):
    if "has_id" in given:
        return edge.HasIdCondition({id_of(one) for one in given["has_id"]})
    if "has_vector" in given:
        return edge.HasVectorCondition(given["has_vector"])
    if "key" not in given:
        return filter_of(given)
    match = given.get("match")
    if match is not None:
        if "value" in match:
            return edge.FieldCondition(key=given["key"], match=edge.MatchValue(match["value"]))
        if "any" in match:
            return edge.FieldCondition(key=given["key"], match=edge.MatchAny(match["any"]))
        if "except" in match:
            return edge.FieldCondition(key=given["key"], match=edge.MatchExcept(match["except"]))
    if "range" in given:
        bounds = {name: float(given["range"][name]) for name in RANGE if given["range"].get(name) is not None}
        return edge.FieldCondition(key=given["key"], range=edge.RangeFloat(**{name: bounds.get(name) for name in RANGE}))
    raise Refusal(400, f"this condition is not known to the adapter: {json.dumps(given)}")


def filter_of(given):
    if given is None:
        return None
    unknown = set(given) - {"must", "should", "must_not"}
    if unknown:
        raise Refusal(400, f"this filter is not known to the adapter: {sorted(unknown)}")
    return edge.Filter(**{name: [condition_of(one) for one in conditions] for name, conditions in given.items() if conditions is not None})


def id_of(given):
    if isinstance(given, int):
        return given
    try:
        return str(UUID(given))
    except ValueError:
        raise Refusal(400, f"value {given} is not a valid point ID") from None


def selector_of(given):
    if isinstance(given, dict):
        return edge.PayloadSelector.Include(given["include"])
    return edge.PayloadSelector.Include(given) if isinstance(given, list) else bool(given)


def shown(record, **more):
    point = {"id": record.id if isinstance(record.id, int) else str(record.id), "payload": record.payload, "vector": record.vector, **more}
    return {name: value for name, value in point.items() if value is not None}


def hnsw_of(given):
    if not given:
        return None
    defaults = {"m": 16, "ef_construct": 100, "full_scan_threshold": 10_000}
    return edge.HnswIndexConfig(**{name: value for name, value in {**defaults, **given}.items() if value is not None})


def vector_of(given):
    return edge.EdgeVectorParams(given["size"], getattr(edge.Distance, given["distance"]), hnsw_config=hnsw_of(given.get("hnsw_config")))


class Collection:
    """One shard of the engine, with the settings that it was made with. Updates come one after the other, as in a shard of the server."""

    def __init__(self, folder, settings=None):
        self.lock = threading.Lock()
        self.file = folder / "settings.json"
        self.operations = 0
        shard = str(folder / "shard")
        if settings is None:
            self.settings = json.loads(self.file.read_text())
            self.shard = edge.EdgeShard.load(shard)
        else:
            self.settings = {"indexes": {}, "metadata": settings.get("metadata") or {}, "hnsw_config": settings.get("hnsw_config"), "vectors": settings.get("vectors") or {}}
            folder.mkdir(parents=True)
            (folder / "shard").mkdir()
            vectors = {name: vector_of(params) for name, params in self.settings["vectors"].items()}
            self.shard = edge.EdgeShard.create(shard, edge.EdgeConfig(vectors=vectors, hnsw_config=hnsw_of(self.settings["hnsw_config"])))
            self.save()

    def note(self, what, name, value):
        with self.lock:
            self.settings[what][name] = value
            self.save()

    def save(self):
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(self.settings))
        part.replace(self.file)

    def update(self, operation):
        with self.lock:
            self.shard.update(operation)
            self.operations += 1
            return {"operation_id": self.operations, "status": "completed"}

    def info(self):
        with self.lock:
            params = {"vectors": self.settings["vectors"], "shard_number": 1, "replication_factor": 1}
            return {
                "status": "green",
                "points_count": self.shard.info().points_count,
                "config": {"params": params, "hnsw_config": self.settings["hnsw_config"], "metadata": self.settings["metadata"]},
                "payload_schema": {name: {"data_type": kind} for name, kind in self.settings["indexes"].items()},
            }

    def create_index(self, body):
        schema = body["field_schema"]
        kind = schema if isinstance(schema, str) else schema["type"]
        plain, params = SCHEMAS[kind]
        if isinstance(schema, dict):
            plain = params(**{name: schema[name] for name in INDEX_OPTIONS if name in schema})
        done = self.update(edge.UpdateOperation.create_field_index(body["field_name"], plain))
        self.note("indexes", body["field_name"], kind)
        return done

    def create_vector(self, name, body):
        dense = body.get("dense")
        if dense is None:
            raise Refusal(400, "only dense vectors are known to the adapter")
        if name in self.settings["vectors"]:
            raise Refusal(400, f"Wrong input: Vector name {name} already exists")
        done = self.update(edge.UpdateOperation.create_dense_vector(name, dense["size"], getattr(edge.Distance, dense["distance"])))
        self.note("vectors", name, {"size": dense["size"], "distance": dense["distance"]})
        return done

    def upsert(self, body):
        points = []
        for point in body["points"]:
            for name, vector in point["vector"].items():
                known = self.settings["vectors"].get(name)
                if known is None:
                    raise Refusal(400, f"Wrong input: Not existing vector name error: {name}")
                if len(vector) != known["size"]:
                    raise Refusal(400, f"Wrong input: Vector dimension error: expected dim: {known['size']}, got {len(vector)}")
            points.append(edge.Point(id_of(point["id"]), point["vector"], point.get("payload")))
        mode = body.get("update_mode")
        return self.update(edge.UpdateOperation.upsert_points(points, filter_of(body.get("update_filter")), mode and MODES[mode]))

    def set_payload(self, body):
        if body.get("points") is not None:
            return self.update(edge.UpdateOperation.set_payload([id_of(one) for one in body["points"]], body["payload"]))
        return self.update(edge.UpdateOperation.set_payload_by_filter(filter_of(body["filter"]), body["payload"]))

    def delete(self, body):
        if body.get("points") is not None:
            return self.update(edge.UpdateOperation.delete_points([id_of(one) for one in body["points"]]))
        return self.update(edge.UpdateOperation.delete_points_by_filter(filter_of(body["filter"])))

    def retrieve(self, body):
        with self.lock:
            return [shown(one) for one in self.shard.retrieve([id_of(one) for one in body["ids"]], selector_of(body.get("with_payload", True)), bool(body.get("with_vector", False)))]

    def scroll(self, body):
        order = body.get("order_by")
        if isinstance(order, dict):
            order = edge.OrderBy(order["key"], edge.Direction.Desc if order.get("direction") == "desc" else edge.Direction.Asc, order.get("start_from"))
        if order is not None and body.get("offset") is not None:
            raise Refusal(400, "Bad request: Cannot use an `offset` when using `order_by`")
        offset = body.get("offset")
        request = edge.ScrollRequest(
            offset=None if offset is None else id_of(offset), limit=body.get("limit", 10), filter=filter_of(body.get("filter")),
            with_payload=selector_of(body.get("with_payload", True)), with_vector=bool(body.get("with_vector", False)), order_by=order,
        )
        with self.lock:
            records, after = self.shard.scroll(request)
        next_offset = None if after is None or order is not None else after if isinstance(after, int) else str(after)
        return {"points": [shown(one) for one in records], "next_page_offset": next_offset}

    def count(self, body):
        with self.lock:
            return {"count": self.shard.count(edge.CountRequest(exact=body.get("exact", True), filter=filter_of(body.get("filter"))))}

    def query(self, body):
        wanted = body["query"]
        if isinstance(wanted, dict) and wanted.get("sample") == "random":
            query = edge.Sample.Random
        elif isinstance(wanted, list):
            if body["using"] not in self.settings["vectors"]:
                raise Refusal(400, f"Wrong input: Not existing vector name error: {body['using']}")
            query = edge.Query.Nearest(wanted, using=body["using"])
        else:
            raise Refusal(400, "this query is not known to the adapter")
        params = body.get("params")
        request = edge.QueryRequest(
            limit=body.get("limit", 10), query=query, filter=filter_of(body.get("filter")), with_payload=selector_of(body.get("with_payload", False)),
            with_vector=False, params=params and edge.SearchParams(hnsw_ef=params.get("hnsw_ef"), exact=bool(params.get("exact", False))),
        )
        with self.lock:
            return {"points": [shown(one, score=one.score) for one in self.shard.query(request)]}


class Engine:
    """All collections of a folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()
        self.collections = {unquote(one.name): Collection(one) for one in self.folder.iterdir() if (one / "settings.json").exists()}

    def get(self, name):
        found = self.collections.get(name)
        if found is None:
            raise Refusal(404, f"Not found: Collection `{name}` doesn't exist!")
        return found

    def create(self, name, settings):
        with self.lock:
            if name in self.collections:
                raise Refusal(409, f"Wrong input: Collection `{name}` already exists!")
            self.collections[name] = Collection(self.folder / quote(name, safe=""), settings)
            return True

    def delete(self, name):
        with self.lock:
            found = self.collections.pop(name, None)
            if found is None:
                return False
            with found.lock:
                found.shard.close()
                shutil.rmtree(self.folder / quote(name, safe=""))
            return True
