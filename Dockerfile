# Verbatim: the Discord bot with its ingest schedule, one command, data in /data.
#
#   docker build -t verbatim .
#   docker run -d --name verbatim --env-file .env -v verbatim-data:/data verbatim
#   docker run --rm -v verbatim-data:/data verbatim python -m ingest add https://example.org/feed.xml

FROM python:3.11-slim

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

ENV DATA_DIR=/data \
    MODEL_CACHE=/opt/verbatim/models \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONUNBUFFERED=1

WORKDIR /opt/verbatim

# The dependencies change less often than the code, so they have layers of their own. torch comes first, from
# TORCH_INDEX: elsewhere its Linux build brings CUDA with it.
COPY requirements.lock ./
RUN pip install --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.lock)" \
    || echo "note: no torch from $TORCH_INDEX; taking it from the usual index"

COPY pyproject.toml README.md LICENSE ./
RUN mkdir bot ingest && touch bot/__init__.py ingest/__init__.py \
    && pip install -c requirements.lock -e .

# Compiled here, because the user that runs it may not write here.
COPY bot bot
COPY ingest ingest
RUN python -m compileall -q bot ingest

RUN useradd --create-home --uid 10001 verbatim \
    && mkdir -p "$DATA_DIR" "$MODEL_CACHE" \
    && chown verbatim: "$DATA_DIR" "$MODEL_CACHE"
USER verbatim

# So that the first question need not wait for the export of the embedding model, nor a network be there.
RUN python -m ingest prepare

VOLUME /data
CMD ["python", "-m", "bot"]
