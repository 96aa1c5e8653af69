"""Articles out of archives of any format and size, as a stream.

`files.py` walks paths, `unpack.py` takes off packing, `formats.py` recognises what is inside by its content, `text.py`, `tables.py`,
`containers.py` and `web.py` cut it into items, `convert.py` makes an article of an item.
"""
