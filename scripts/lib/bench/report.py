"""Makes medians, ratios, verdicts and the table of what was measured."""

from statistics import median

from rows import FIGURES, PEERS


def figure(runs, metric):
    """The median; None where it was not measured."""
    try:
        return median(FIGURES[metric][2](run) for run in runs)
    except KeyError:
        return None


def ratio(ours, theirs, metric):
    """The median of the rounds' own ratios: rounds differ more than clients do."""
    make = FIGURES[metric][2]
    return median(make(a) / max(make(b), 1e-9) for a, b in zip(ours, theirs))


def verdict(row, aim, results):
    """(text, whether the aim is reached, the figure beside it); the second is None where a side is missing."""
    label = FIGURES[aim.metric][0]
    ours = results[row.name].get("ours")
    theirs = results.get(aim.row or row.name, {}).get(aim.peer)
    against = f"{aim.value:g} {aim.unit}".strip() if aim.value else aim.peer + (f" of {aim.row}" if aim.row else "")
    text = f"{label} ≤ {against}" if aim.factor == 1 else f"{label} ≤ {aim.factor:g} × {against}"
    if not ours or not (aim.value or theirs):
        return text, None, None
    if aim.value:
        found = figure(ours, aim.metric)
        if found is None:
            return text, None, None
        found /= aim.value
    else:
        found = ratio(ours, theirs, aim.metric)
    return text, found <= aim.factor, found


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def shown(results, peer, row, metric):
    runs = results[row.name].get(peer)
    value = figure(runs, metric) if runs else None
    return "–" if value is None else number(value)


def described(facts):
    """The machine and the versions, as a sentence."""
    names = {"libmysqlclient": "libmysqlclient", "libmariadb": "libmariadb", "go": "Go", "swift": ""}
    parts = [f"{facts.get('processor', 'unknown processor')}, {facts['cores']} cores", facts["system"],
             f"MySQL {facts['server']} on the same machine"]
    parts += [f"{names[name]} {facts[name]}".strip() for name in names if name in facts]
    return f"{'; '.join(parts)}. Medians of {facts['rounds']} rounds; a ratio is the median of the rounds' own."


def answer(reached, found):
    return "–" if reached is None else f"{'yes' if reached else '**no**'} (× {found:.2f})"


def table(rows, results, failures):
    """Markdown: for each row its figures, and ours beside the aim."""
    peers = [p for p in PEERS if any(p in results[r.name] for r in rows)]
    lines = ["| row | figure | " + " | ".join(peers + ["**MySQLWire**", "aim", "reached"]) + " |"]
    lines.append("|" + " --- |" * (len(peers) + 5))
    for row in rows:
        verdicts = [(aim, *verdict(row, aim, results)) for aim in row.aims]
        for index, metric in enumerate(row.metrics):
            label, unit, _ = FIGURES[metric]
            cells = [f"{row.name}. {row.title}" if index == 0 else "", f"{label}, {unit}" if unit else label]
            cells += [shown(results, peer, row, metric) for peer in peers]
            cells.append(f"**{shown(results, 'ours', row, metric)}**")
            mine = [v for v in verdicts if v[0].metric == metric]
            cells.append("; ".join(v[1] for v in mine))
            cells.append("; ".join(answer(*v[2:]) for v in mine))
            lines.append("| " + " | ".join(cells) + " |")
    for (row, peer), message in sorted(failures.items()):
        lines.append(f"\n{row}, {peer}: {message}")
    return "\n".join(lines)


def as_json(rows, results, facts, failures):
    document = {"schema": 1, "facts": facts, "rows": []}
    for row in rows:
        entry = {"row": row.name, "title": row.title, "clients": {}, "aims": []}
        for peer, runs in results[row.name].items():
            entry["clients"]["MySQLWire" if peer == "ours" else peer] = {
                "medians": {metric: figure(runs, metric) for metric in row.metrics}, "runs": runs}
        for aim in row.aims:
            text, reached, found = verdict(row, aim, results)
            entry["aims"].append({"aim": text, "factor": aim.factor, "found": found, "reached": reached})
        document["rows"].append(entry)
    document["failures"] = [{"row": r, "client": p, "message": m} for (r, p), m in failures.items()]
    return document
