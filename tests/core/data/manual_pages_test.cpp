#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <zlib.h>

#include "core/data/manual_pages.h"
#include "core/data/sha256.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// A system of a few files, in a folder of its own.
class Tree {
public:
    void write(const QString& path, const QByteArray& content) const {
        make(path);
        QFile file(folder_.filePath(path));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
    }
    void page(const QString& path, const QByteArray& content) const {
        make("usr/share/man/" + path);
        const auto file =
            gzopen(folder_.filePath("usr/share/man/" + path).toUtf8().constData(), "wb");
        gzwrite(file, content.constData(), static_cast<unsigned>(content.size()));
        gzclose(file);
    }
    void link(const QString& path, const QString& to) const {
        QFile::link(to, folder_.filePath("usr/share/man/" + path));
    }
    [[nodiscard]] std::filesystem::path root() const { return folder_.path().toStdString(); }

private:
    void make(const QString& path) const { QDir(folder_.path()).mkpath(path.section('/', 0, -2)); }
    QTemporaryDir folder_;
};

} // namespace

class ManualPagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// FIPS 180-4's examples, the empty message, and a million letters.
    void hashesArePublishedOnes() {
        QCOMPARE(sha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256(""),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
        Sha256 pieces;
        for (int i = 0; i < 1000; ++i)
            pieces.add(std::string(1000, 'a'));
        QCOMPARE(pieces.digest(),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
        QVERIFY_THROWS_EXCEPTION(std::logic_error, pieces.add("more"));
    }

    void pagesComeInOrderOfPathWithoutLinks() {
        const Tree tree;
        tree.page("mk/man5/b.5.gz", "three");
        tree.page("mk/man1/b.1.gz", "two\n");
        tree.page("mk/man1/a.1.gz", "one\n");
        tree.link("mk/man1/c.1.gz", "a.1.gz");
        tree.write("usr/share/man/mk/man1/README", "no page");
        tree.write("etc/os-release", "ID=test\nPRETTY_NAME=\"Test 1 (one)\"\n");
        const ManualPages pages = manualPages("mk", tree.root());
        QCOMPARE(pages.text, std::string("one\ntwo\nthree"));
        QVERIFY(pages.fingerprint == (SourceFingerprint{.source = "manual-mk",
                                                        .release = "Test 1 (one)",
                                                        .count = 3,
                                                        .bytes = 13,
                                                        .hash = sha256("one\ntwo\nthree")}));
    }
    /// Pages of other packages, and paths that lead elsewhere, do not count.
    void onlyPagesOfThePackageAreRead() {
        const Tree tree;
        tree.page("mk/man1/a.1.gz", "one");
        tree.page("mk/man1/other.1.gz", "of another package");
        tree.page("de/man1/a.1.gz", "German");
        tree.write("var/lib/dpkg/info/manpages-mk.list",
                   "/.\n/usr/share/man/mk/man1\n/usr/share/man/mk/man1/a.1.gz\n"
                   "/usr/share/man/mk/man1/gone.1.gz\n/usr/share/man/mk/../de/man1/a.1.gz\n"
                   "/usr/share/man/mk/man1/../../de/man1/a.1.gz\n/usr/share/man/de/man1/a.1.gz\n");
        const ManualPages pages = manualPages("mk", tree.root());
        QCOMPARE(pages.text, std::string("one"));
        QCOMPARE(pages.fingerprint.release, std::string("an unknown system"));
    }

    void whatIsNotThereOrDamagedIsRefused() {
        const Tree tree;
        expectRefusal([&] { (void)manualPages("tlh", tree.root()); }, "'tlh'", "cs, de, es");
        expectRefusal([&] { (void)manualPages("pt_BR", tree.root()); },
                      "apt-get install manpages-pt-br");
        tree.write("usr/share/man/nl/man1/a.1.gz", "\x1f\x8b\x08 damaged");
        expectRefusal([&] { (void)manualPages("nl", tree.root()); }, "man1/a.1.gz", "damaged");
    }

    /// A source is that of Debian 12 by its content; else one sentence says what differs.
    void otherSourcesAreTold() {
        for (const std::string& language : manualLanguages()) {
            auto source = debian12Source("manual-" + language);
            QVERIFY2(source && source->hash.size() == 64, language.c_str());
            source->release = "Ubuntu 99";
            QVERIFY(!whyNotDebian12(*source));
        }
        auto source = debian12Source("manual-mk").value();
        source.release = "Debian GNU/Linux 13 (trixie)";
        source.count = 25;
        const auto why = whyNotDebian12(source);
        QVERIFY(why);
        for (const char* part : {"'manual-mk' of Debian 12", "24 parts", "25 parts", "trixie"})
            QVERIFY2(why->find(part) != std::string::npos, why->c_str());
        source.count = 24;
        source.hash[3] = source.hash[3] == '0' ? '1' : '0';
        QVERIFY(whyNotDebian12(source));
        QVERIFY(!debian12Source("packages"));
        QVERIFY(whyNotDebian12({.source = "packages"}));
        QCOMPARE(
            debian12Source("manual-mk")->text(),
            std::string("manual-mk: 24 parts, 73845 bytes, SHA-256 db7e21a0f24d5cba04e11dd91ae3e"
                        "c0f732e93b351dbc3ef7c311730a17142aa, "));
    }
    /// Installed pages of Debian 12, or those of the tree MANPAGES_ROOT, give the hashes that
    /// sha256sum prints for the concatenated pages.
    void pagesOfDebian12AreKnown() {
        const QByteArray given = qgetenv("MANPAGES_ROOT");
        const std::filesystem::path root = given.isEmpty() ? "/" : given.toStdString();
        if (given.isEmpty() && systemRelease().find("Debian GNU/Linux 12") == std::string::npos)
            QSKIP("This is not Debian 12; set MANPAGES_ROOT to a tree of its packages.");
        int found = 0;
        for (const std::string& language : manualLanguages()) {
            try {
                const ManualPages pages = manualPages(language, root);
                const bool listed = std::filesystem::exists(root / "var/lib/dpkg/info" /
                                                            ("manpages-" + language + ".list"));
                if (given.isEmpty() && !listed)
                    continue; // a page or two of other packages
                const auto why = whyNotDebian12(pages.fingerprint);
                QVERIFY2(!why, why.value_or("").c_str());
                ++found;
            } catch (const InputError&) {
                continue; // not installed
            }
        }
        if (found == 0)
            QSKIP("No package of translated manual pages is installed.");
    }
};

REGISTER_TEST(ManualPagesTest)
#include "manual_pages_test.moc"
