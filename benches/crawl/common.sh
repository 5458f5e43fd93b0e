# What the benchmarks of this folder share; sourced by them, with `here` set.
root=$(cd "$here/../.." && pwd)
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/crawl
venv=$work/venv
port=${PORT:-18080}
log=$work/access.log
mkdir -p "$work/none"

say() { printf '== %s\n' "$*" >&2; }

install_missing() { # nginx, and Python with venv
    local missing=()
    if ! command -v nginx >/dev/null && [ ! -x /usr/sbin/nginx ]; then missing+=(nginx); fi
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then missing+=(python3 python3-venv); fi
    if [ ${#missing[@]} = 0 ]; then return; fi
    say "installing ${missing[*]}"
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "${missing[*]}: install what is missing and run this again" >&2
        exit 1
    fi
    local sudo=()
    if [ "$(id -u)" != 0 ]; then sudo=(sudo); fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
}

scrapy() { # made anew where the list of versions is another
    if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
        say "installing Scrapy"
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt" >&2
        "$venv/bin/pip" check --disable-pip-version-check >&2
        cp "$here/requirements.txt" "$venv/requirements.txt"
    fi
}

build_zhanwen() { # no rules file for any site, so that every page is one never seen
    if [ -z "${ZHANWEN:-}" ]; then
        say "building zhanwen"
        cargo build --locked --quiet --release --target-dir "$target" >&2
        ZHANWEN=$target/release/zhanwen
    fi
    zhanwen=("$ZHANWEN" -qq --selectors "$work/none" --allow-net 127.0.0.0/8)
}

serve() { # serve PAGES, until this script ends
    : >"$log"
    "$here/serve" "$1" "$log" "$port" &
    server=$!
    trap stop_serving EXIT
    local attempt address=127.0.0.2
    if [ ! -d "$1/gbk" ]; then address=127.0.0.4; fi
    for attempt in $(seq 50); do
        if python3 -c 'import socket, sys; socket.create_connection((sys.argv[2], int(sys.argv[1])), 1)' "$port" "$address" 2>/dev/null; then return; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "nginx does not answer on port $port" >&2
    exit 1
}

stop_serving() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

cost() { # cost NAME COMMAND…: what it cost, as NAME.json
    local name=$1
    shift
    python3 "$here/cost.py" "$work/$name.json" "$log" "$@" >"$work/$name.out" 2>"$work/$name.err"
}

facts() { # facts FILE KEY=NUMBER…: of the machine and the programs
    local file=$1
    shift
    version_of() { sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"/\1/p}" "$2" | head -n 1; }
    python3 - "$file" "$("$ZHANWEN" --version | cut -d' ' -f2)" "$(version_of spider "$here/spider/Cargo.lock")" \
        "$(rustc --version | cut -d' ' -f2)" "$("${nginx:-/usr/sbin/nginx}" -v 2>&1 | sed 's,.*/,,')" "$@" <<'END'
import datetime, json, os, platform, re, sys
file, zhanwen, spider, rust, nginx, *others = sys.argv[1:]
requirements = open("benches/crawl/requirements.txt", encoding="utf-8").read()
scrapy = re.search(r"^Scrapy==(.*)$", requirements, re.M)[1]
model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), platform.machine())
facts = {
    "date": datetime.date.today().isoformat(),
    "programs": {
        "zhanwen": f"zhanwen {zhanwen}",
        "scrapy": f"Scrapy {scrapy}",
        "spider": f"spider {spider}",
        "naive": "naive loop",
    },
    "machine": f"{model}, {os.cpu_count()} cores, {platform.system()}",
    "versions": f"Python {platform.python_version()}, Rust {rust} (release builds), nginx {nginx}",
}
facts |= {key: int(value) for key, value in (other.split("=") for other in others)}
json.dump(facts, open(file, "w", encoding="utf-8"), indent=1)
END
}
