// Session files by themselves: whatever opens and saves sessions can stand in for the window.

#include <QMenu>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QWidget>
#include <QtTest>

#include "app/window/session_files.h"
#include "core/error.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// Holds a session, and what it was asked to open.
class Holder final : public SessionHost {
public:
    [[nodiscard]] SessionDocument session() const override { return present; }
    void openSession(const SessionDocument& session) override {
        if (session.experiment == "refused")
            throw InputError("This session is refused.");
        present = session;
    }
    void openBundle(const Bundle& bundle) override { present = bundle.session; }
    void openCurves(const QString& path, std::function<void(bool)> done) override {
        present = {.experiment = "own-curves", .notes = path.toStdString()};
        done(true);
    }
    void gatherBundle(std::function<void(const BundleToWrite&)> done) override {
        done({.bundle = {.session = present, .runs = {}},
              .type = std::make_shared<const ExperimentType>(testing::quadratic()),
              .values = nullptr,
              .command = "convergence-lab run quadratic",
              .pictures = std::make_shared<QTemporaryDir>()});
    }
    SessionDocument present{.experiment = "quadratic", .notes = "half way"};
};

struct Desk {
    Registry registry;
    Holder holder;
    QWidget window;
    SessionFiles files{holder, registry, &window};
    QSignalSpy told{&files, &SessionFiles::told};
    QSignalSpy troubled{&files, &SessionFiles::troubled};

    Desk() { registry.add(testing::quadratic()); }
};

QString lastTold(const QSignalSpy& spy) {
    return spy.isEmpty() ? QString() : spy.last().first().toString();
}

} // namespace

class SessionFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName("convergence-lab-session-files-test");
        QCoreApplication::setApplicationName("convergence-lab-session-files-test");
    }
    void init() {
        QSettings().clear();
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).removeRecursively();
        folder_ = std::make_unique<QTemporaryDir>();
    }

    void whatWasSavedIsOpened() {
        Desk desk;
        const QString path = folder_->filePath("s.clab");
        desk.files.save(path);
        QVERIFY(lastTold(desk.told).contains(path));
        desk.holder.present = {};
        desk.files.open(path);
        QCOMPARE(desk.holder.present.experiment, std::string("quadratic"));
        QCOMPARE(desk.holder.present.notes, std::string("half way"));
    }

    void aBundleIsToldByItsContentAndGoesByInTheBackground() {
        Desk desk;
        const QString path = folder_->filePath("bundle.clab"); // not what its name says
        desk.files.exportBundle(path);
        QTRY_VERIFY2(lastTold(desk.told).contains(path), qPrintable(lastTold(desk.troubled)));
        desk.holder.present = {};
        desk.files.open(path);
        QVERIFY(desk.holder.present.experiment.empty()); // nothing waits for it
        QTRY_COMPARE(desk.holder.present.notes, std::string("half way"));
    }

    void aLogIsToldFromADocumentByItsContent() {
        Desk desk;
        const auto write = [&](const char* name, const QByteArray& content) {
            QFile file(folder_->filePath(name));
            if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
                qFatal("cannot write a file");
            return file.fileName();
        };
        const QString log = write("log.csv", "step,loss\n1,2\n2,1\n");
        desk.files.open(log);
        QCOMPARE(desk.holder.present.notes, log.toStdString());
        QCOMPARE(desk.files.recent(), QStringList{log});
        const QString session =
            write("session.csv", QByteArray::fromStdString(toText({.experiment = "quadratic"})));
        desk.files.open(session); // whatever it is called
        QCOMPARE(desk.holder.present.experiment, std::string("quadratic"));
        expectRefusal([&] { desk.files.open(write("hello.clab", "step,loss\n")); },
                      "is not a session");
    }

    void whatCannotBeOpenedOrSavedIsTold() {
        Desk desk;
        const QString missing = folder_->filePath("missing.clab");
        QVERIFY_EXCEPTION_THROWN(desk.files.open(missing), InputError);
        desk.files.tryToOpen(missing);
        QVERIFY(lastTold(desk.troubled).contains(missing));
        QVERIFY_EXCEPTION_THROWN(desk.files.save(folder_->filePath("none/s.clab")), InputError);
        desk.files.exportBundle(folder_->filePath("none/b.clabz"));
        QTRY_COMPARE(desk.troubled.count(), 2);
        QVERIFY(lastTold(desk.troubled).contains("b.clabz"));
    }

    void recentFilesAreOffered() {
        Desk desk;
        QMenu menu;
        desk.files.addCommands(menu);
        QMenu* recent = menu.findChild<QMenu*>();
        Q_EMIT recent->aboutToShow();
        QVERIFY(!recent->actions().front()->isEnabled()); // no files yet
        for (int i = 0; i < 10; ++i)
            desk.files.save(folder_->filePath(QString("%1.clab").arg(i)));
        Q_EMIT recent->aboutToShow();
        QCOMPARE(recent->actions().size(), 8);
        QCOMPARE(recent->actions().front()->text(), QString("9.clab"));
        desk.holder.present = {};
        recent->actions().front()->trigger();
        QCOMPARE(desk.holder.present.notes, std::string("half way"));
    }

    void theLastSessionIsKeptOnlyIfItIsToBeRemembered() {
        Desk desk;
        desk.files.autosave();
        QVERIFY(!desk.files.restoreLast());
        desk.files.remember();
        desk.files.autosave();
        desk.holder.present = {};
        desk.files.autosave(); // nothing is open: what was kept stays
        QVERIFY(desk.files.restoreLast());
        QCOMPARE(desk.holder.present.notes, std::string("half way"));
        desk.holder.present.experiment = "refused";
        desk.files.autosave();
        QVERIFY(!desk.files.restoreLast());
        QVERIFY(lastTold(desk.troubled).contains("This session is refused."));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(SessionFilesTest)
#include "session_files_test.moc"
