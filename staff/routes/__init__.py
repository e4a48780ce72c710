"""One module for each part of the work. Each has `router(console) -> APIRouter`; handlers run in worker threads."""
