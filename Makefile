# SPDX-License-Identifier: Apache-2.0
# certfill: one Makefile, no configure. `make help` lists the targets; config.mk may override.
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := all
SHELL := /bin/bash
-include config.mk

# ---- variants -------------------------------------------------------------------------------
VARIANT ?= release
ifeq ($(filter $(VARIANT),release debug asan cover fuzz confine mutate),)
$(error VARIANT=$(VARIANT) is unknown: release, debug, asan, cover, fuzz, confine, mutate)
endif
COMPILER ?= gcc
CC := $(if $(filter fuzz,$(VARIANT)),clang,$(COMPILER))
B := build/$(VARIANT)$(if $(filter-out gcc,$(CC)),$(if $(filter fuzz,$(VARIANT)),,-$(CC)))

PREFIX ?= /usr/local
LIBEXECDIR ?= $(PREFIX)/libexec/certfill
DATADIR ?= $(PREFIX)/share/certfill
VERSION := 0.1.0

warnings := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wformat=2 -Wundef -Wvla -Wcast-qual \
  -Wcast-align -Wwrite-strings -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes \
  -Wold-style-definition -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wdate-time
ifeq ($(CC),gcc)
warnings += -Wlogical-op -Wduplicated-cond -Wduplicated-branches
endif
harden := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
  -fcf-protection=full $(if $(filter gcc,$(CC)),-ftrivial-auto-var-init=zero)
flags.release := -O2 -g $(harden)
flags.confine := -O2 -g $(harden) -DCONFINE_ABLATION
flags.mutate := -O2 -g -DRULE_MUTATION
flags.debug := -O0 -g3
flags.asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -DWITH_SANITIZER
flags.cover := -O0 -g --coverage
flags.fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -DWITH_SANITIZER
ldflags.asan := -fsanitize=address,undefined
ldflags.cover := --coverage
ldflags.fuzz := -fsanitize=fuzzer,address,undefined

# ---- packages -------------------------------------------------------------------------------
pkgs := libuv libssl cairo cairo-ft freetype2 harfbuzz harfbuzz-subset fribidi icu-uc icu-i18n libxml-2.0 jansson \
  libzip libcrypto sqlite3 librsvg-2.0 libqpdf libqrencode libisal libdeflate zlib libargon2 libseccomp libcurl libpng libturbojpeg
cached := build/pkg-cflags
# Asked once; all packages are system ones, so their headers are not ours to warn about.
$(cached): Makefile
	@mkdir -p $(@D)
	@tests/tools/deps.sh check build
	@pkg-config --print-errors --cflags $(pkgs) > $@.all
	@sed 's/-I/-isystem /g' $@.all > $@; rm -f $@.all
# llhttp: Debian's generated C, compiled into libserve.a from where the package puts it.
llhttp := /usr/share/llhttp
cflags := -std=gnu17 -D_GNU_SOURCE -I. -isystem /usr/share/include/llhttp -DLLHTTP_STRICT_MODE=1 $(warnings) -fno-strict-aliasing -fno-common -fPIE \
  -ffile-prefix-map=$(CURDIR)=. -DCERTFILL_VERSION='"$(VERSION)"' -DCERTFILL_LIBEXECDIR='"$(LIBEXECDIR)"' \
  -DCERTFILL_DATADIR='"$(DATADIR)"' $(flags.$(VARIANT)) $(if $(WERROR),-Werror) $(CFLAGS)
comma := ,
ldflags := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed $(ldflags.$(VARIANT)) $(LDFLAGS)

# ---- binaries: the privilege map -------------------------------------------------------------
# NAME.main: the file with main(). NAME.use: folders it may take objects from, dependents first.
# NAME.lib: libraries. tests/tools/check_links.sh refuses a binary that needs or calls anything else.
programs := certfill certfill-control certfill-intake certfill-compile certfill-render certfill-sign \
  certfill-store certfill-check certfill-fetch certfill-null certfill-verify certfill-serve certfill-thumbnail
certfill.main := cli/main.c
certfill.use := cli formats ipc base
certfill.lib := -ljansson -lseccomp -lcrypto
certfill-control.main := pipeline/control_main.c
certfill-control.use := pipeline jobs ledger templates ipc base
certfill-control.lib := -luv -lsqlite3 -lseccomp -lcrypto -lm
certfill-intake.main := jobs/intake_main.c
certfill-intake.use := jobs templates formats ipc base
certfill-intake.lib := -lxml2 -lzip -lcsv -ljansson -licui18n -licuuc -lpng -lturbojpeg -lseccomp -lcrypto -lz -lm
certfill-compile.main := render/compile_main.c
certfill-compile.use := render templates formats ipc base
certfill-compile.lib := -lrsvg-2 -lgobject-2.0 -lgio-2.0 -lglib-2.0 -lgdk_pixbuf-2.0 -lcairo -lqpdf -lharfbuzz-subset -lharfbuzz -lfribidi \
  -lfreetype -licui18n -licuuc -lisal -ldeflate -lpng -lz -lseccomp -lcrypto -lm
certfill-render.main := render/draw_main.c
certfill-render.use := render templates formats ipc base
certfill-render.lib := -lhpdf -lcairo -lharfbuzz-subset -lharfbuzz -lfribidi -lfreetype -licui18n -licuuc \
  -lqrencode -lisal -ldeflate -lz -lseccomp -lcrypto -lm
certfill-sign.main := trust/sign_main.c
certfill-sign.use := trust formats ipc base
certfill-sign.lib := -largon2 -ldeflate -lseccomp -lcrypto
certfill-store.main := store/store_main.c
certfill-store.use := store formats ipc base
certfill-store.lib := -lisal -lseccomp -lcrypto
certfill-check.main := check/check_main.c
certfill-check.use := verify formats ipc base
certfill-check.lib := -lxml2 -lqpdf -lzip -ldeflate -lz -lseccomp -lcrypto
certfill-fetch.main := fetch/fetch_main.c
certfill-fetch.use := fetch ipc base
certfill-fetch.lib := -lcurl -lseccomp -lcrypto
certfill-verify.main := serve/verify_main.c
certfill-verify.use := serve ledger formats ipc base
certfill-verify.lib := -luv -lssl -lsqlite3 -lseccomp -lcrypto -lm
certfill-thumbnail.main := render/thumbnail_main.c
certfill-thumbnail.use := render formats ipc base
certfill-thumbnail.lib := -lpng -lturbojpeg -lseccomp -lcrypto
certfill-serve.main := serve/serve_main.c
certfill-serve.use := serve ledger formats ipc base
certfill-serve.lib := -lsqlite3 -lseccomp -lcrypto -lm
certfill-null.main := ipc/null_main.c
certfill-null.use := ipc base
certfill-null.lib := -lseccomp -lcrypto

folders := base ipc templates formats verify jobs ledger pipeline render trust store check fetch serve cli
test_libs := -largon2 -luv -lssl -lsqlite3 -ljansson -lxml2 -lzip -lcsv -licui18n -licuuc -lpng -lturbojpeg -lrsvg-2 -lgobject-2.0 \
  -lgio-2.0 -lglib-2.0 -lgdk_pixbuf-2.0 -lcairo -lqpdf -lhpdf -lharfbuzz-subset -lharfbuzz -lfribidi -lfreetype -lqrencode -lisal \
  -ldeflate -lz -lseccomp -lcrypto -lm

# ---- rules ----------------------------------------------------------------------------------
objects_of = $(patsubst %.c,$(B)/%.o,$(filter-out %_main.c cli/main.c,$(wildcard $(1)/*.c)))
# A variant that only switches something on compiles the folders that know the switch, and takes the others from release.
switch.confine := CONFINE_ABLATION
switch.mutate := RULE_MUTATION
own := $(if $(switch.$(VARIANT)),$(patsubst %/,%,$(sort $(dir $(shell grep -l $(switch.$(VARIANT)) $(wildcard $(folders:%=%/*.[ch])))))),$(folders))
archive_of = $(foreach f,$(1),$(if $(filter $(f),$(own)),$(B),build/release)/lib$(f).a)
# What a file is made of, where no file says so: $(call of,FILE,TEXT) is FILE, written anew when it does not hold TEXT.
# So changes of flags rebuild, and a source that is gone leaves its archive, a library its programs.
of = $(if $(or $(if $(wildcard $(1)),,new),$(call differs,$(shell cat $(1)),$(2))),$(shell mkdir -p $(dir $(1)))$(file >$(1),$(2)))$(1)
differs = $(subst x$(1)x,,x$(2)x)$(subst x$(2)x,,x$(1)x)
stamp := $(call of,$(B)/flags,$(strip $(CC) $(cflags) $(ldflags)))
Q := $(if $(V),,@)

# An object is as old as the beginning of its compilation: what changes meanwhile makes it anew.
compile = began=$${EPOCHREALTIME/,/.}; $(CC) $(1) $$(cat $(cached)) -MMD -MP -c $< -o $@ && touch -d @$$began $@
$(B)/%.o: %.c $(stamp) | $(cached)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(call compile,$(cflags))

serve_llhttp := $(patsubst %,$(B)/llhttp/%.o,api http llhttp)
$(B)/llhttp/%.o: $(llhttp)/%.c $(stamp)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(filter-out -W%,$(cflags)) -w -c $< -o $@
$(B)/libserve.a: $(serve_llhttp)

define folder_rule
$(B)/lib$(1).a: $(call objects_of,$(1)) $(call of,$(B)/lib$(1).of,$(call objects_of,$(1)))
	@mkdir -p $$(@D); rm -f $$@
	$$(Q)ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach f,$(folders),$(eval $(call folder_rule,$(f))))
ifneq ($(own),$(folders))
# Always asked for, lest objects of today are linked with archives of yesterday; one make for all of them.
from_release := $(call archive_of,$(filter-out $(own),$(folders)))
.PHONY: release-archives
release-archives:
	$(Q)$(MAKE) --no-print-directory VARIANT=release $(from_release)
$(from_release): release-archives
	@:
endif

# libcertfill-verify: position-independent, and nothing but certfill_* to be seen from outside.
verify_lib := -lxml2 -lqpdf -lzip -ldeflate -lz -lcrypto -lm
$(B)/pic/%.o: %.c $(stamp) | $(cached)
	@mkdir -p $(@D)
	$(Q)$(call compile,$(filter-out -fPIE,$(cflags)) -fPIC)
pic_of = $(patsubst $(B)/%,$(B)/pic/%,$(foreach f,$(1),$(call objects_of,$(f))))
$(B)/pic/libfloor.a: $(call pic_of,base formats) $(call of,$(B)/pic/libfloor.of,$(call pic_of,base formats))
	$(Q)rm -f $@; ar rcsD $@ $(filter %.o,$^)
$(B)/pic/certfill-verify.o: $(call pic_of,verify) $(B)/pic/libfloor.a $(call of,$(B)/pic/certfill-verify.of,$(call pic_of,verify))
	$(Q)$(CC) -r -nostdlib $(filter %.o %.a,$^) -o $@.all
	$(Q)objcopy --wildcard --keep-global-symbol='certfill_*' $@.all $@; rm -f $@.all
$(B)/libcertfill-verify.a: $(B)/pic/certfill-verify.o
	$(Q)rm -f $@; ar rcsD $@ $^
$(B)/libcertfill-verify.so.0: $(B)/pic/certfill-verify.o $(call of,$(B)/pic/links.of,$(verify_lib))
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -shared -Wl,-soname,$(@F) $(filter-out -pie,$(ldflags)) -Wl,-z,defs $< $(verify_lib) -o $@
	$(Q)ln -sf $(@F) $(B)/libcertfill-verify.so
libraries := $(B)/libcertfill-verify.a $(B)/libcertfill-verify.so.0

# Attempts to break out, inside every worker of the test-only variant: one object, so that all of it is linked.
ifeq ($(VARIANT),confine)
probes := $(patsubst %.c,$(B)/%.o,$(wildcard tests/confine/probe*.c))
$(B)/tests/confine/probes.o: $(probes) $(call of,$(B)/tests/confine/probes.of,$(probes))
	$(Q)$(CC) -r -nostdlib $(probes) -o $@
$(B)/libipc.a: $(B)/tests/confine/probes.o
endif
define program_rule
$(B)/$(1): $(patsubst %.c,$(B)/%.o,$($(1).main)) $(call archive_of,$($(1).use)) $(call of,$(B)/$(1).of,$(call archive_of,$($(1).use)) $($(1).lib))
	$$(if $$(V),,@echo "  LINK  $$@")
	$$(Q)$(CC) $(ldflags) $$< -Wl,--start-group $(call archive_of,$($(1).use)) -Wl,--end-group $($(1).lib) -o $$@
	$$(Q)$(if $(filter release,$(VARIANT)),$(if $(filter gcc,$(CC)),ln -sf release/$(1) build/$(1)))
endef
$(foreach p,$(programs),$(eval $(call program_rule,$(p))))
built_programs := $(patsubst %,$(B)/%,$(foreach p,$(programs),$(if $(wildcard $($(p).main)),$(p))))

# Tests link what they need out of all archives. --start-group because tests reach everywhere.
# Control groups are tried with the attempts of VARIANT=confine alone.
only_confined := $(if $(filter confine,$(VARIANT)),,tests/confine/cgroup_test.c)
unit_tests := $(patsubst %.c,$(B)/%,$(filter-out $(only_confined),$(wildcard tests/unit/*/*_test.c tests/worker/*_test.c tests/confine/*_test.c)))
all_archives := $(call archive_of,$(folders))
linked := $(all_archives) $(call of,$(B)/tests/links.of,$(all_archives) $(test_libs))
$(B)/tests/%_test: $(B)/tests/%_test.o $(B)/libharness.a $(linked)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(ldflags) $< -Wl,--start-group $(B)/libharness.a $(all_archives) -Wl,--end-group -lcmocka $(test_libs) -o $@
# The attempts to break out need no more than the floor.
confine_archives := $(call archive_of,ipc base)
confined := $(patsubst %,$(B)/certfill-%,null intake compile render sign store check verify)
# Tests that start workers start those of the same sources.
$(patsubst %.c,$(B)/%,$(wildcard tests/worker/*_test.c)): | $(built_programs)
outside := $(if $(filter confine,$(VARIANT)),$(B)/tests/confine/outside.o)
$(patsubst %.c,$(B)/%,$(wildcard tests/confine/*_test.c)): %: %.o $(outside) $(B)/libharness.a $(confine_archives) $(confined)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(ldflags) $< $(outside) -Wl,--start-group $(B)/libharness.a $(confine_archives) -Wl,--end-group -lcmocka -lseccomp -lcrypto -lm -o $@
harness := $(patsubst %.c,$(B)/%.o,$(filter-out tests/harness/replay.c,$(wildcard tests/harness/*.c)))
$(B)/libharness.a: $(harness) $(call of,$(B)/libharness.of,$(harness))
	@mkdir -p $(@D); rm -f $@
	$(Q)ar rcsD $@ $(harness)
# Fuzz targets: with libFuzzer in VARIANT=fuzz, else with a driver that replays files.
fuzz_targets := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_driver := $(if $(filter fuzz,$(VARIANT)),,$(B)/tests/harness/replay.o)
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(fuzz_driver) $(B)/libharness.a $(linked)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(ldflags) $< $(fuzz_driver) -Wl,--start-group $(B)/libharness.a $(all_archives) -Wl,--end-group $(test_libs) -o $@
# Small programs that tests and the bench run.
tool_programs := $(patsubst tests/tools/%.c,$(B)/tools/%,$(wildcard tests/tools/*.c))
$(B)/tools/%: $(B)/tests/tools/%.o $(B)/libharness.a $(linked)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(ldflags) $< -Wl,--start-group $(B)/libharness.a $(all_archives) -Wl,--end-group $(test_libs) -o $@
	$(Q)$(if $(filter build/release,$(B)),ln -sfn release/tools build/tools)

# Where the parts of the render stage begin and end.
$(B)/tools/drawbench: ldflags += $(addprefix -Wl$(comma)--wrap=,text_lay_out qr_encode pdf_write raster_draw raster_qr png_write pack_write)

# The cleaner alone, for its variant with rules to switch off.
cleaner_archives := $(call archive_of,templates base)
$(B)/tools/clean_svg: $(B)/tests/tools/clean_svg.o $(cleaner_archives)
	@mkdir -p $(@D)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(ldflags) $< -Wl,--start-group $(cleaner_archives) -Wl,--end-group -lxml2 -lzip -ljansson -licuuc -lpng -lturbojpeg -lcrypto -lz -lm -o $@
	$(Q)$(if $(filter build/release,$(B)),ln -sfn release/tools build/tools)

.PHONY: all unit fuzzers tools demo test test-all check browser bench bench-http bench-serve asan fuzz tidy format format-check layers install \
  uninstall clean help headers sizes links threats stale corpus e2e interop golden
all: $(built_programs) $(if $(filter release,$(VARIANT)),$(libraries)) ## build everything into build/
unit: $(unit_tests)
fuzzers: $(fuzz_targets)
tools: $(tool_programs)

check: ## the fast part of the tests, under a minute once built
	@tests/tools/run.sh check
test: ## install what the tests need, then run them all
	@tests/tools/run.sh test
test-all: ## test, and the browser, clang, tidy, the analyzer, crash sweeps, long fuzzing
	@tests/tools/run.sh test-all
browser: ## the public pages in Debian's Chromium; pictures of them in build/browser
	@tests/tools/run.sh browser
demo: ## install what is missing, build, issue the sample cohort
	@tests/tools/demo.sh
bench: all tools $(B)/tests/worker/sign_test ## milliseconds of CPU per recipient, by stage
	@tests/bench/bench.sh
bench-http: tools ## CPU per HTTP request against nginx, memory per idle connection
	@node tests/bench/http.mjs
bench-serve: all tools ## CPU per verification against nginx with a million credentials in the ledger
	@node tests/bench/serve.mjs
asan: ## the unit tests and the fuzz corpora under AddressSanitizer and UBSan
	@tests/tools/run.sh asan
corpus:
	@tests/tools/run.sh corpus
fuzz: ## FUZZ_RUNS (default 1000000) runs of every fuzz target
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzzers
	@tests/fuzz/run.sh $(or $(FUZZ_RUNS),1000000)
layers headers sizes links threats stale: ## checks of the house: include table, lone headers, sizes, what binaries call, named tests, rebuilds
	@tests/tools/check_$@.sh
tidy: ## clang-tidy
	@tests/tools/tidy.sh
format: ## clang-format over the C sources
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i
format-check:
	@git ls-files '*.c' '*.h' | xargs clang-format-14 --dry-run --Werror
install: all ## into DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)/templates
	install -m 755 $(B)/certfill $(DESTDIR)$(PREFIX)/bin/certfill
	install -m 755 $(filter-out $(B)/certfill,$(built_programs)) $(DESTDIR)$(LIBEXECDIR)/
	install -m 644 $(wildcard templates/samples/*.svg) $(DESTDIR)$(DATADIR)/templates/
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -m 644 $(B)/libcertfill-verify.a $(B)/libcertfill-verify.so.0 $(DESTDIR)$(PREFIX)/lib/
	ln -sf libcertfill-verify.so.0 $(DESTDIR)$(PREFIX)/lib/libcertfill-verify.so
	install -m 644 verify/certfill-verify.h $(DESTDIR)$(PREFIX)/include/
	sed -e 's,@PREFIX@,$(PREFIX),' -e 's,@VERSION@,$(VERSION),' -e 's,@LIBS@,$(verify_lib),' verify/certfill-verify.pc.in \
	  >$(DESTDIR)$(PREFIX)/lib/pkgconfig/certfill-verify.pc
uninstall: ## the same, away
	rm -f $(DESTDIR)$(PREFIX)/bin/certfill $(DESTDIR)$(PREFIX)/lib/libcertfill-verify.*
	rm -f $(DESTDIR)$(PREFIX)/include/certfill-verify.h $(DESTDIR)$(PREFIX)/lib/pkgconfig/certfill-verify.pc
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DATADIR)
clean: ## remove build/
	rm -rf build
help: ## this list
	@grep -hE '^[a-z -]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 24

-include $(shell find $(B) -name '*.d' 2>/dev/null)
