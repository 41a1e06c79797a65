"""Polars: the same self-join on the streaming engine."""

from protocol import contend


def prepare(tenant, _threads):
    import polars

    held = polars.DataFrame({"user": tenant.users_held(), "low": tenant.packages_held}).lazy()
    pairs = held.join(held.rename({"low": "high"}), on="user").filter(polars.col("low") < polars.col("high"))
    counts = pairs.group_by("low", "high").len("holders")

    def blocks(frame):
        for part in frame.iter_slices(1_000_000):
            yield part["low"].to_numpy(), part["high"].to_numpy(), part["holders"].to_numpy()

    return lambda: counts.collect(engine="streaming"), blocks


contend(prepare)
