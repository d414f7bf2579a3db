# shellcheck shell=bash
# Shared by the scripts beside this file: where things are, how they speak, the build commands. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/contour
tools=$cache/tools

# One target folder outside the checkout, so that a fresh clone finds the thousand dependencies already compiled.
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$cache/target}")
export CARGO_TARGET_DIR
# Test networks and the demo start many nodes; each would compile the runtime again.
export CONTOUR_RUNTIME_CACHE=${CONTOUR_RUNTIME_CACHE:-$cache/runtimes}
# The scripts never let rustup download behind their back: scripts/setup does it, and says so.
export RUSTUP_AUTO_INSTALL=0
export PATH="$tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
cd "$root" || exit

say() { printf '%s\n' "$*"; }
die() {
	printf 'error: %s\n' "$*" >&2
	exit 1
}

# quietly NAME COMMAND...: output goes to a log file, whose end is shown only if COMMAND fails.
quietly() {
	local log=$cache/logs/$1.log
	shift
	mkdir -p "${log%/*}"
	"$@" </dev/null >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		printf 'error: "%s" failed; the whole output is in %s\n' "$*" "$log" >&2
		return 1
	}
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this step needs root, and sudo is not installed: run scripts/setup once as root"
	fi
}

# needs PACKAGE CHECK...: remember the Debian package unless CHECK succeeds. install_needs then installs them at once.
needed=()
needs() {
	local package=$1
	shift
	"$@" >/dev/null 2>&1 || needed+=("$package")
}

install_needs() {
	[ ${#needed[@]} -gt 0 ] || return 0
	command -v apt-get >/dev/null ||
		die "these Debian packages are missing: ${needed[*]}. Install your system's counterparts and run this again"
	say "Installing Debian packages: ${needed[*]}"
	as_root true
	quietly apt-update as_root apt-get update
	# --no-remove: never trade away something this machine already relies on.
	quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-remove \
		--no-install-recommends -o DPkg::Lock::Timeout=300 "${needed[@]}"
	needed=()
}

# cargo_tools CRATE@VERSION...: command-line tools from crates.io into $tools. Unoptimised, because they take longer to
# optimise than they ever run here.
cargo_tools() {
	local tool missing=()
	for tool in "$@"; do
		grep --quiet --no-messages "^\"${tool/@/ } " "$tools/.crates.toml" || missing+=("$tool")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "Compiling tools from crates.io (about half a minute each on 4 cores): ${missing[*]}"
	for tool in "${missing[@]}"; do
		# One folder for all of them: they have dependencies in common.
		quietly "${tool%@*}" env CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
			cargo install --locked --debug --root "$tools" "$tool"
	done
	rm -rf "$tools/build"
}

# prometheus_tools: prometheus and promtool, unless they are there. Unpacked beside our other tools and not installed,
# because Debian's package starts a service wherever it is installed.
prometheus_tools() {
	local unpacked status=0
	! { command -v prometheus && command -v promtool; } >/dev/null || return 0
	command -v apt-get >/dev/null ||
		die "prometheus with its promtool is missing. Install your system's counterpart and run this again"
	say "Fetching Prometheus from Debian, for $tools"
	unpacked=$(mktemp -d)
	quietly apt-update as_root apt-get update
	quietly prometheus env -C "$unpacked" sh -c 'apt-get download prometheus && dpkg-deb --extract prometheus_*.deb .' &&
		mkdir -p "$tools/bin" && mv "$unpacked"/usr/bin/{prometheus,promtool} "$tools/bin" || status=1
	rm -rf "$unpacked"
	return "$status"
}

# What the tests compare with: a Python of its own with the packages of scripts/python.txt, dciodvfy, Prometheus and
# Polkadot.js.
test_tools() {
	local python=$cache/python polkadotjs=$cache/polkadotjs
	needs dicom3tools command -v dciodvfy
	needs nodejs command -v node
	needs npm command -v npm
	needs python3-venv python3 -c 'import ensurepip'
	install_needs
	prometheus_tools
	if ! cmp --quiet scripts/python.txt "$python/contour.txt"; then
		say "Installing the Python packages of scripts/python.txt (half a minute, 650 MB)"
		rm -rf "$python"
		quietly python-venv python3 -m venv "$python"
		quietly python-packages "$python/bin/pip" install --disable-pip-version-check --requirement scripts/python.txt
		cp scripts/python.txt "$python/contour.txt"
	fi
	if ! cmp --quiet examples/polkadotjs/package-lock.json "$polkadotjs/contour.json"; then
		say "Installing the npm packages of examples/polkadotjs (ten seconds, 160 MB)"
		rm -rf "$polkadotjs"
		mkdir -p "$polkadotjs"
		cp examples/polkadotjs/package{,-lock}.json "$polkadotjs"
		# Nothing that a package brings is run when it is installed.
		quietly npm-packages env -C "$polkadotjs" npm ci --ignore-scripts --no-audit --no-fund
		cp examples/polkadotjs/package-lock.json "$polkadotjs/contour.json"
	fi
}

# use_test_tools: sets the variables by which the tests find them. pydicom brings about two hundred real DICOM files.
use_test_tools() {
	local samples=("$cache"/python/lib/python3*/site-packages/pydicom/data)
	export CONTOUR_POLKADOTJS=$cache/polkadotjs
	export CONTOUR_PYTHON=$cache/python/bin/python
	export CONTOUR_DICOM_SAMPLES=${samples[0]}${CONTOUR_DICOM_SAMPLES:+:$CONTOUR_DICOM_SAMPLES}
}

# runtime_number NAME: spec_version or transaction_version of the runtime in this checkout.
runtime_number() {
	local number
	number=$(sed --quiet "s/^\t$1: \([0-9]*\),$/\1/p" runtime/src/lib.rs)
	[ -n "$number" ] || die "runtime/src/lib.rs has no line \"$1: NUMBER,\": restore it, or mend this script"
	say "$number"
}

# network_chain NODE PRESET DIR MS: the value of --chain for the nodes of a local network whose chain is kept in DIR. It is
# the preset, or a file in DIR where the chain has the slots that MS names. Without MS the chain is as it was, or the preset.
network_chain() {
	local node=$1 preset=$2 folder=$3 slot=$4 found=
	local spec=$folder/$preset.json of_slots=.genesis.runtimeGenesis.patch.authorities.slotDuration
	if [ -e "$spec" ]; then
		found=$(jq "$of_slots" "$spec") || return
	elif [ -e "$folder/alice/chains/contour-$preset" ]; then
		found=2000
		spec=$preset
	elif [ -z "$slot" ]; then
		spec=$preset
	else
		quietly chain-spec "$node" export-chain-spec --chain "$preset" --output "$spec.preset" || return
		# As text: Debian 12's jq would write the balances as 1e+16, which the node does not read.
		sed "s/\(\"slotDuration\": *\)[0-9]\+/\1$slot/" "$spec.preset" >"$spec.new"
		rm "$spec.preset"
		[ "$(jq "$of_slots" "$spec.new")" = "$slot" ] || die "the chain spec names no slots: this node is older than --slot-duration"
		mv "$spec.new" "$spec"
	fi
	[ -z "$found" ] || [ "${slot:-$found}" = "$found" ] ||
		die "the chain in $folder has slots of $found ms and keeps them: leave out --slot-duration, or name another folder with --base"
	say "$spec"
}

# The programs: what scripts/demo and scripts/network run.
build_programs() { cargo build --workspace --locked; }
# Programs and tests: the same features and profile, so nothing that build_programs compiled is compiled again.
build_all() { cargo build --workspace --all-targets --locked; }

# What it costs to compile from nothing, measured as docs/dev/build.md says under "Times". Minutes of one processor: for the
# programs, for the tests on top of them, and for our own crates alone, tests included.
programs_processor_minutes=100
tests_processor_minutes=15
own_processor_minutes=30
# Minutes for the longest chain of crates that wait for one another, which more cores do not shorten.
longest_chain_minutes=10
# What is in the target folder when all of it is compiled. A release has a folder of its own, with no tests in it.
target_gigabytes=10

# minutes PROCESSOR_MINUTES LEAST: how long that takes here. A build keeps the cores busy for six sevenths of the time.
minutes() {
	local minutes=$(($1 * 7 / 6 / $(nproc)))
	say "$((minutes > $2 ? minutes : $2))"
}

gigabytes() { say "$(($1 / 1000)).$(($1 % 1000 / 100)) GB"; }

# ensure_disk TARGET COMPILED: what a build needs in the folder TARGET, which keeps in COMPILED what it compiles. Ends here if
# the disk would be full before the build is done.
ensure_disk() {
	local target=$1 compiled=$2 megabytes=0 free needed
	mkdir -p "$target"
	# du fails at a file that a compiler removes meanwhile, and has still added up the others.
	[ ! -d "$compiled" ] || megabytes=$(du --summarize --block-size 1000000 "$compiled" 2>/dev/null | cut --fields 1) || :
	free=$(df --output=avail --block-size 1000000 "$target" | tail --lines 1)
	needed=$((target_gigabytes * 1000 - megabytes))
	# Cargo keeps what it replaces.
	[ "$needed" -gt 1000 ] || needed=1000
	say "That needs $(gigabytes "$needed") more in $target, where $(gigabytes "$free") are free."
	[ "$free" -ge "$needed" ] || [ -n "${CONTOUR_IGNORE_DISK:-}" ] || die "the disk would be full before the build is done.
Free some space, or set CARGO_TARGET_DIR to a folder on a larger disk, or XDG_CACHE_HOME for everything that the scripts keep, and
run this again. CONTOUR_IGNORE_DISK=1 goes on all the same"
}

# announce_build: what a build takes on this machine. Ends here if the disk would be full before the build is done.
announce_build() {
	local compiled=$CARGO_TARGET_DIR/debug least=$longest_chain_minutes

	# The crate of the SDK that is compiled last.
	if compgen -G "$compiled/deps/libsc_service-*.rlib" >/dev/null; then
		say "The dependencies are compiled. Compiling our own crates and the tests takes about" \
			"$(minutes "$own_processor_minutes" "$least") minutes on $(nproc) cores, less if some of it is there."
	else
		say "Compiling everything once takes about $(minutes "$programs_processor_minutes" "$least") minutes on $(nproc)" \
			"cores for the programs, and $(minutes "$tests_processor_minutes" 1) more for the tests."
	fi
	ensure_disk "$CARGO_TARGET_DIR" "$compiled"
}
