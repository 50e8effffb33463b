# Read by a host such as Heroku before each process starts; nobody else reads it.
#
# Heroku's Key-Value Store speaks TLS with a certificate of its own that nobody has signed,
# and changes its address now and then, so that the option cannot stand in a setting.
case "${DYNO:+heroku} ${REDIS_URL:-}" in
    *\?*) ;;
    "heroku rediss://"*) export REDIS_URL="$REDIS_URL?ssl_cert_reqs=none" ;;
esac
