"""From a snapshot to a paper: the words in their order, the same for the PDF and for the accessible page.

A paper is plain JSON. It is built once, when a document is ordered, and kept sealed with it; the templates only lay it
out.
"""
