// Trials, what their arms change, what is refused, and the arms without a voxel grid.

#include <cmath>

#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/experiment/experiment.h"
#include "core/radiance/analytic_scene.h"
#include "plugins/radiance/voxel-radiance/arms.h"
#include "plugins/radiance/voxel-radiance/companion_solvers.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/field_frames.h"
#include "plugins/radiance/voxel-radiance/grid_solver.h"
#include "plugins/radiance/voxel-radiance/trials.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

namespace {

ParameterValues valuesOf(const Overrides& overrides) {
    return {voxelRadianceParameters(), overrides};
}

Names allArms() {
    return idsOf(radianceArms);
}

std::size_t placeOf(const std::vector<ColumnPattern>& patterns, const std::string& id) {
    for (std::size_t i = 0; i < patterns.size(); ++i)
        if (patterns[i].id == id)
            return i;
    qFatal("no column %s", id.c_str());
}

std::vector<double> measured(Solver& solver) {
    std::vector<double> row(voxelRadianceTrace().patterns().size());
    solver.measure(row);
    return row;
}

double at(const std::vector<double>& row, const std::string& column) {
    return row[placeOf(voxelRadianceTrace().patterns(), column)];
}

} // namespace

class VoxelRadianceTrialsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyArmHasItsTrials() {
        const auto trials = voxelRadianceTrials(valuesOf({{"arms", allArms()}}));
        QCOMPARE(trials.size(), std::size_t(11 + 3 * 3));
        for (const TrialPlan& trial : trials)
            QCOMPARE(trial.steps, isPlaneArm(trial.arm)        ? 400
                                  : trial.arm == "nerf"        ? 1000
                                  : trial.arm == "coarse_only" ? 600
                                  : trial.arm == "no_coarse"   ? 1000
                                                               : 1600);
    }

    void listsMultiplyOnlyWhereTheyMatter() {
        const auto trials = voxelRadianceTrials(
            valuesOf({{"arms", Names{"grid", "coarse_only", "opaque_start", "no_coarse"}},
                      {"fine_voxels", Numbers{24, 32}},
                      {"alpha_init_coarse", Numbers{1e-6, 1e-4, 1e-2}}}));
        std::map<std::string, int> counts;
        for (const TrialPlan& trial : trials)
            ++counts[trial.arm];
        QCOMPARE(counts["grid"], 6);
        QCOMPARE(counts["coarse_only"], 3);
        QCOMPARE(counts["opaque_start"], 2);
        QCOMPARE(counts["no_coarse"], 2);
    }

    void armsChangeOneThingEach() {
        const ParameterValues values =
            valuesOf({{"arms", allArms()},
                      {"fine_steps", std::int64_t{800}},
                      {"scaling_checkpoints", Numbers{0.2, 0.05, 0.05}}});
        const auto optionsOf = [&](const std::string& arm) {
            for (const TrialPlan& trial : voxelRadianceTrials(values))
                if (trial.arm == arm)
                    return voxelRadianceTrainer(values, trial);
            qFatal("no such arm");
        };
        const TrainerOptions grid = optionsOf("grid");
        QCOMPARE(grid.checkpoints, (std::vector<std::int64_t>{40, 160}));
        QCOMPARE(grid.coarse.voxels, 32.0 * 32 * 32);
        QCOMPARE(grid.fine.voxels, 64.0 * 64 * 64);
        QCOMPARE(grid.coarse.initialOpacity, 1e-6);
        QCOMPARE(grid.fine.initialOpacity, 1e-2);
        QCOMPARE(grid.coarse.perPoint, 0.1);
        QCOMPARE(grid.fine.perPoint, 0.01);
        QCOMPARE(grid.coarse.backgroundEntropy, 0.01);
        QCOMPARE(grid.fine.threshold, 1e-4);
        QVERIFY(grid.activation == Activation::post);
        QVERIFY(optionsOf("in").activation == Activation::in);
        QVERIFY(optionsOf("pre").activation == Activation::pre);
        QVERIFY(optionsOf("nearest").activation == Activation::nearest);
        QCOMPARE(optionsOf("opaque_start").coarse.initialOpacity, 1e-2);
        QVERIFY(!optionsOf("no_view_counts").viewCountRate && grid.viewCountRate);
        QVERIFY(!optionsOf("no_skipping").skipFreeSpace && grid.skipFreeSpace);
        QVERIFY(optionsOf("no_scaling").checkpoints.empty());
        QCOMPARE(optionsOf("no_coarse").coarse.steps, 0);
        QCOMPARE(optionsOf("coarse_only").fine.steps, 0);
    }

    void whatCannotWorkIsRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::newRow("no step") << "coarse_steps=0 fine_steps=0"
                                 << "coarse_steps";
        QTest::newRow("seven doublings") << "scaling_checkpoints=0.1,0.2,0.3,0.4,0.5,0.6,0.7"
                                         << "at most 6";
        QTest::newRow("no features left") << "rgbnet_direct=false features=3"
                                          << "features";
        QTest::newRow("no such scene") << "scene=/nowhere"
                                       << "/nowhere";
    }
    void whatCannotWorkIsRefused() {
        QFETCH(QString, name);
        QFETCH(QString, says);
        const auto parameters = voxelRadianceParameters();
        Overrides overrides;
        for (const QString& part : name.split(' ')) {
            const std::string key = part.section('=', 0, 0).toStdString();
            overrides[key] =
                parseValue(findParameter(parameters, key), part.section('=', 1).toStdString());
        }
        expectRefusal([&] { checkVoxelRadiance(valuesOf(overrides)); }, says);
    }

    void memoryGrowsWithTheGrid() {
        // Values and two moments of density and 12 features, at least.
        const auto bytes = [](double edge) {
            return voxelRadianceMemory(valuesOf({{"fine_voxels", Numbers{edge}}}));
        };
        const double expected = 12.0 * 13 * 160 * 160 * 160;
        QVERIFY(bytes(160) > expected && bytes(160) < 1.5 * expected);
        QVERIFY(bytes(256) > 2.6e9);
        QCOMPARE(voxelRadianceMemory(valuesOf({{"arms", Names{"plane_post"}}})), 0.0);
        // Trials that advance together add up.
        QVERIFY(voxelRadianceMemory(valuesOf({{"arms", Names{"grid", "in"}},
                                              {"fine_voxels", Numbers{160}}})) > 2.0 * expected);
    }

    void aThinnedVolumeIsAsOpaque() {
        const auto scene =
            std::make_shared<const Scene>(analyticScene({.imageSize = 16, .trainingViews = 5}));
        TrainerOptions options;
        options.coarse.voxels = 16 * 16 * 16;
        options.coarse.initialOpacity = 0.3;
        options.rays = 64;
        Trainer trainer(scene, options);
        trainer.step();
        const VolumeFrame whole = fieldFrame(trainer, {4, 0, 0}, 100);
        const VolumeFrame thinned = fieldFrame(trainer, {4, 0, 0}, 9);
        QCOMPARE(thinned.size[2], (whole.size[2] + 1) / 2);
        std::size_t at = 0;
        for (std::size_t x = 0; x < whole.size[0]; x += 2)
            for (std::size_t y = 0; y < whole.size[1]; y += 2)
                for (std::size_t z = 0; z < whole.size[2]; z += 2, ++at) {
                    // Twice as far apart: light passes as it does through two points.
                    const double passes =
                        1.0 - whole.opacity[(x * whole.size[1] + y) * whole.size[2] + z];
                    expectNear(1.0 - thinned.opacity[at], passes * passes, 1e-6);
                }
    }

    void aSavedFieldIsGoneOnWith() {
        const QTemporaryDir folder;
        const Overrides small{{"image_size", std::int64_t{32}},
                              {"train_views", std::int64_t{5}},
                              {"rays", std::int64_t{128}},
                              {"coarse_steps", std::int64_t{60}},
                              {"fine_steps", std::int64_t{60}}};
        const ParameterValues values = valuesOf(small);
        const auto scene =
            std::make_shared<const Scene>(loadScene("analytic", voxelRadianceScene(values)));
        const auto psnrOf = [](Solver& solver) { return at(measured(solver), "psnr_held_out"); };
        const auto first = makeGridSolver(scene, values, voxelRadianceTrials(values).front());
        for (int step = 0; step < 120; ++step)
            QVERIFY(first->step({}) == StepStatus::running);
        first->save(folder.path().toStdString());

        Overrides further = small;
        further.insert_or_assign("field", folder.filePath("field").toStdString());
        const ParameterValues going = valuesOf(further);
        const auto plans = voxelRadianceTrials(going);
        QCOMPARE(plans.size(), std::size_t{1});
        QCOMPARE(plans.front().steps, 60);
        const auto second =
            makeGridSolver(scene, going, plans.front(),
                           std::make_shared<const Field>(loadField(going.text("field"))));
        QCOMPARE(psnrOf(*second), psnrOf(*first)); // the same field, before any step
        for (int step = 0; step < 60; ++step)
            QVERIFY(second->step({}) == StepStatus::running);
        QVERIFY(psnrOf(*second) > psnrOf(*first) - 0.5); // Adam starts anew

        further.insert_or_assign("arms", Names{"grid", "in"});
        expectRefusal([&] { checkVoxelRadiance(valuesOf(further)); });
        further.insert_or_assign("arms", Names{"grid"});
        further.insert_or_assign("field", folder.path().toStdString());
        expectRefusal([&] { createExperiment(voxelRadiance(), valuesOf(further)); });
    }

    void aRenderedSceneIsSavedWithItsField() {
        const QTemporaryDir folder;
        const ParameterValues values = valuesOf({{"arms", Names{"grid", "in"}},
                                                 {"image_size", std::int64_t{32}},
                                                 {"train_views", std::int64_t{5}},
                                                 {"rays", std::int64_t{64}}});
        const auto scene =
            std::make_shared<const Scene>(loadScene("analytic", voxelRadianceScene(values)));
        for (const TrialPlan& plan : voxelRadianceTrials(values)) {
            const auto solver = makeGridSolver(scene, values, plan);
            QVERIFY(solver->step({}) == StepStatus::running);
            const std::filesystem::path own = folder.filePath(plan.arm.c_str()).toStdString();
            std::filesystem::create_directory(own);
            solver->save(own);
            QVERIFY(loadField(own / "field").density.size() > 30000);
            QVERIFY(std::filesystem::exists(own / "held_out_5.png"));
            // Arms share the scene: one of them writes it.
            QCOMPARE(std::filesystem::exists(own / "scene"), plan.arm == "grid");
            if (plan.arm != "grid")
                continue;
            const Scene again = loadScene((own / "scene").string(), {.imageSize = 0});
            QCOMPARE(again.training.size(), scene->training.size());
            QCOMPARE(again.training[3].picture.rgb, scene->training[3].picture.rgb);
            QCOMPARE(again.heldOut[5].picture.rgb, scene->heldOut[5].picture.rgb);
        }
    }

    void thePlaneIsFitted() {
        const auto trials = voxelRadianceTrials(valuesOf({{"arms", Names{"plane_post"}}}));
        const auto solver = makePlaneSolver(trials.front());
        const double before = at(measured(*solver), "plane_psnr");
        for (int t = 0; t < 50; ++t)
            QVERIFY(solver->step({}) == StepStatus::running);
        QVERIFY(at(measured(*solver), "plane_psnr") > before + 3.0);
        FrameMap frames;
        solver->draw(Recording({{"iteration", "step"}}, {}, {}, {}, {}), frames);
        QCOMPARE(std::get<PicturesFrame>(frames.at("plane")).pictures.size(), std::size_t{3});
    }

    void theNerfIsTrainedAndDrawn() {
        const auto scene =
            std::make_shared<const Scene>(analyticScene({.imageSize = 16, .trainingViews = 5}));
        const auto solver =
            makeNerfSolver(scene, valuesOf({{"rays", std::int64_t{64}}, {"mlp_rate", 2e-3}}));
        QVERIFY(std::isnan(at(measured(*solver), "color_loss")));
        for (int t = 0; t < 5; ++t)
            QVERIFY(solver->step({}) == StepStatus::running);
        const auto row = measured(*solver);
        QCOMPARE(at(row, "colored_samples"), 5.0 * 64 * 64);
        QVERIFY(std::isfinite(at(row, "psnr_held_out")));
        QVERIFY(std::isnan(at(row, "grid_points")));
        solver->setLive("view_camera", std::int64_t{99}); // beyond the last: the last
        solver->setLive("pixel_column", std::int64_t{700});
        FrameMap frames;
        solver->draw(Recording({{"iteration", "step"}}, {}, {}, {}, {}), frames);
        const auto& frame = std::get<PicturesFrame>(frames.at("rendering"));
        QCOMPARE(frame.pictures[1].rgb, scene->heldOut.back().picture.rgb);
        QCOMPARE(frame.markedColumn, 15);
        // Difference × 5 about gray.
        const auto& [rendered, truth, difference] =
            std::tie(frame.pictures[0].rgb, frame.pictures[1].rgb, frame.pictures[2].rgb);
        for (std::size_t i = 0; i < truth.size(); ++i) {
            const double expected = 127.5 + 2.5 * (int(rendered[i]) - int(truth[i]));
            expectNear(difference[i], std::clamp(expected, 0.0, 255.0), 2.0);
        }
        const auto& columns = voxelRadianceFinals().patterns();
        std::vector<double> finals(columns.size());
        solver->conclude(finals);
        QVERIFY(finals[placeOf(columns, "ssim")] < 1.0);
        QVERIFY(std::isfinite(finals[placeOf(columns, "train_psnr")]));
    }
};

REGISTER_TEST(VoxelRadianceTrialsTest)
#include "voxel-radiance/trials_test.moc"
