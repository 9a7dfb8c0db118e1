"""A results folder: parts, sidecars, digest, manifest, summary; safe to kill and to resume.

`sim.store.writer` fills a folder, `sim.store.folder` reads one; `sim.store.parts` and
`sim.store.sidecar` turn a `Part` into bytes and back.
"""
