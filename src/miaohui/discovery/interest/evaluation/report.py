"""The table, and the JSON `{set: {metric: value, …, "fit_s", "peak_mib", "request_p50_ms", "request_p99_ms"}}`."""

from collections.abc import Iterable

import msgspec

from miaohui.discovery.interest.evaluation.measured import Cost

Figures = dict[str, float]


class Row(msgspec.Struct, frozen=True):
    """One model on one set. model: `miaohui` for ours, else what it is compared with. protocol: split and seeds in words."""

    set_name: str
    model: str
    protocol: str
    figures: Figures
    cost: Cost
    chosen: str = ""


def as_json(rows: Iterable[Row]) -> dict[str, dict[str, object]]:
    """Ours under the set's name; every other model under `set_name/model`."""
    return {
        row.set_name if row.model == "miaohui" else f"{row.set_name}/{row.model}": {
            **{name: round(value, 5) for name, value in row.figures.items()},
            **{name: round(value, 3) for name, value in msgspec.to_builtins(row.cost).items()},
            "protocol": row.protocol,
            **({"chosen": row.chosen} if row.chosen else {}),
        }
        for row in rows
    }


def as_table(rows: Iterable[Row]) -> str:
    """Lines for a terminal; one block per set, since every set has metrics of its own."""
    lines: list[str] = []
    last = None
    for row in rows:
        if row.set_name != last:
            lines += ["", f"{row.set_name}: {row.protocol}"]
            names = "".join(f"{name:>16}" for name in row.figures)
            lines.append(f"  {'model':<24}{names}{'fit s':>9}{'peak MiB':>10}{'p50 ms':>9}{'p99 ms':>9}")
            last = row.set_name
        values = "".join(f"{value:>16.4f}" for value in row.figures.values())
        cost = row.cost
        lines.append(
            f"  {row.model:<24}{values}{cost.fit_s:>9.1f}{cost.peak_mib:>10.0f}"
            f"{cost.request_p50_ms:>9.2f}{cost.request_p99_ms:>9.2f}"
        )
        if row.chosen:
            lines.append(f"    chosen on validation: {row.chosen}")
    return "\n".join(lines)
