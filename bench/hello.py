"""The floor: what Flask and gunicorn cost when a page is one word."""

from flask import Flask

app = Flask(__name__, static_folder=None)


@app.get("/")
def hello() -> str:
    return "hello"
